//! The few calls to the operating system that Rust's library does not offer.
#![expect(unsafe_code, reason = "C functions of the operating system, behind safe ones")]

use std::io;

/// Sends a signal to a child; one that has ended meanwhile is none's business.
pub(crate) fn signal(child: u32, signal: i32) {
    if let Ok(pid) = i32::try_from(child) {
        // SAFETY: takes two numbers.
        unsafe { libc::kill(pid, signal) };
    }
}

/// Waits until a child of this process has ended, and leaves its status to whoever waits for it properly.
pub(crate) fn wait_for_end(child: u32) {
    // SAFETY: all-zero is a valid `siginfo_t`, and the pointer is to one.
    unsafe {
        let mut end: libc::siginfo_t = std::mem::zeroed();
        libc::waitid(libc::P_PID, child, &raw mut end, libc::WEXITED | libc::WNOWAIT);
    }
}

/// The machine's memory.
pub(crate) fn memory_bytes() -> u64 {
    // SAFETY: asks for two numbers.
    let (pages, page_bytes) = unsafe { (libc::sysconf(libc::_SC_PHYS_PAGES), libc::sysconf(libc::_SC_PAGESIZE)) };
    u64::try_from(pages).unwrap_or(0) * u64::try_from(page_bytes).unwrap_or(0)
}

/// Returns how much a process has done so far, in time of the processor and bytes read; unknown where the system does not
/// tell.
#[cfg(target_os = "linux")]
pub(crate) fn work_done(process: u32) -> Option<u64> {
    // Time as user and in the kernel are the 14th and 15th field, the 12th and 13th behind the name.
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    let fields = stat.rsplit(')').next()?.split_whitespace();
    let ticks = fields.skip(11).take(2).filter_map(|field| field.parse::<u64>().ok()).sum::<u64>();
    let read = std::fs::read_to_string(format!("/proc/{process}/io")).ok();
    let read = read.as_deref().and_then(|io| io.lines().next()?.split_whitespace().nth(1)?.parse::<u64>().ok());
    Some(ticks + read.unwrap_or_default())
}

#[cfg(not(target_os = "linux"))]
pub(crate) fn work_done(_: u32) -> Option<u64> {
    None
}

/// Files and sockets that this process makes are for its user alone.
pub(crate) fn keep_files_private() {
    // SAFETY: sets a number of this process.
    unsafe { libc::umask(0o077) };
}

/// Asks the kernel for SIGTERM when the parent ends.
#[cfg(target_os = "linux")]
pub(crate) fn follow_parent() -> io::Result<()> {
    // SAFETY: sets a number of this process.
    answer(unsafe { libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGTERM) })
}

/// Elsewhere than on Linux only standard input tells of the parent's end.
#[cfg(not(target_os = "linux"))]
pub(crate) fn follow_parent() -> io::Result<()> {
    Ok(())
}

/// Gives way to the process that takes requests: what answers questions and stores events can wait longer than those
/// who send events.
pub(crate) fn give_way() -> io::Result<()> {
    const NICENESS: libc::c_int = 10;
    // SAFETY: sets a number of this process.
    answer(unsafe { libc::setpriority(libc::PRIO_PROCESS, 0, NICENESS) })
}

/// Gives up gaining rights by running programs, which a seccomp filter asks for.
#[cfg(target_os = "linux")]
pub(crate) fn renounce_privileges() -> io::Result<()> {
    // SAFETY: sets a number of this process.
    answer(unsafe { libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) })
}

fn answer(result: libc::c_int) -> io::Result<()> {
    if result == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}
