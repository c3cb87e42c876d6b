//! What the kernel refuses this process, whatever a query asks for.
//!
//! Landlock leaves the data folder to read and write, and the few files of the system that the library reads. seccomp
//! refuses new sockets, programs, and the calls that look into other processes or change the system. Both are closed
//! after the library is loaded and before it runs, while this is the only thread, so every thread is born inside.

/// What is enforced, in the words of `GET /status`.
pub(super) struct Enforced {
    pub(super) landlock: &'static str,
    pub(super) seccomp: &'static str,
}

#[cfg(not(target_os = "linux"))]
pub(super) fn close(_data: &std::path::Path) -> Enforced {
    tracing::warn!(
        "NO SANDBOX: this platform has neither Landlock nor seccomp; queries can read files and use the network"
    );
    Enforced { landlock: "unavailable", seccomp: "unavailable" }
}

#[cfg(target_os = "linux")]
pub(super) use linux::close;

#[cfg(target_os = "linux")]
mod linux {
    use std::collections::BTreeMap;
    use std::os::fd::AsFd;
    use std::path::Path;

    use anyhow::Context;
    use landlock::{
        ABI, Access, AccessFs, BitFlags, PathBeneath, PathFd, Ruleset, RulesetAttr, RulesetCreatedAttr, RulesetStatus,
        Scope,
    };
    use seccompiler::{BpfProgram, SeccompAction, SeccompFilter};

    use super::Enforced;
    use crate::system;

    /// The newest Landlock version whose rights are known here; older kernels enforce what they know.
    const NEWEST: ABI = ABI::V6;

    /// What the library reads of the system: memory and processors, its own counters, time zones, randomness.
    ///
    /// Every thread of a query reads its counters in `task`, ten times a statement; refused, that costs the library an
    /// exception each and a third of a millisecond in all. What else lies there is this process's own, and its
    /// environment is empty.
    const READABLE: [&str; 16] = [
        "/dev/null",
        "/dev/random",
        "/dev/urandom",
        "/etc/localtime",
        "/etc/timezone",
        "/proc/cpuinfo",
        "/proc/meminfo",
        "/proc/self/cgroup",
        "/proc/self/stat",
        "/proc/self/statm",
        "/proc/self/status",
        "/proc/self/task",
        "/sys/devices/system/cpu",
        "/sys/devices/system/node",
        "/sys/fs/cgroup",
        "/usr/share/zoneinfo",
    ];

    /// Closes the sandbox; where the kernel lacks a part, says so and keeps the rest.
    pub(in crate::child) fn close(data: &Path) -> Enforced {
        let landlock = match restrict_files(data) {
            Ok(RulesetStatus::FullyEnforced) => "enforced",
            Ok(RulesetStatus::PartiallyEnforced) => "partially",
            Ok(RulesetStatus::NotEnforced) => "unavailable",
            Err(error) => {
                tracing::error!("Landlock failed: {error:#}");
                "unavailable"
            }
        };
        if landlock == "unavailable" {
            tracing::warn!(
                "SANDBOX INCOMPLETE: this kernel has no Landlock; a query can read and write files of this user"
            );
        }
        let seccomp = match restrict_calls() {
            Ok(()) => "enforced",
            Err(error) => {
                tracing::error!("SANDBOX INCOMPLETE: no seccomp filter ({error:#}); a query can use the network");
                "unavailable"
            }
        };
        Enforced { landlock, seccomp }
    }

    fn restrict_files(data: &Path) -> anyhow::Result<RulesetStatus> {
        let all = AccessFs::from_all(NEWEST);
        let read = AccessFs::ReadFile | AccessFs::ReadDir;
        // No devices, no sockets, no pipes: folders, files and links are what tables are made of.
        let write = all
            & !(AccessFs::Execute | AccessFs::MakeChar | AccessFs::MakeBlock | AccessFs::IoctlDev)
            & !(AccessFs::MakeSock | AccessFs::MakeFifo);
        let mut rules = Ruleset::default()
            .handle_access(all)?
            .scope(Scope::from_all(NEWEST))?
            .create()?
            .add_rule(PathBeneath::new(PathFd::new(data)?, write))?;
        for path in READABLE {
            // Not every machine has every one of them.
            let Ok(file) = PathFd::new(path) else { continue };
            let access = if Path::new(path).is_dir() { read } else { BitFlags::from(AccessFs::ReadFile) };
            pin(&file)?;
            rules = rules.add_rule(PathBeneath::new(file, access))?;
        }
        Ok(rules.restrict_self()?.ruleset)
    }

    /// Keeps a file's entry in the kernel's memory: those of `/proc` are made anew when forgotten, and the rule with them.
    fn pin(file: &PathFd) -> anyhow::Result<()> {
        std::mem::forget(file.as_fd().try_clone_to_owned()?);
        Ok(())
    }

    /// Calls that a query engine has no business making. They fail with EACCES, which the library reports as “Permission denied”.
    const REFUSED: &[i64] = &[
        // The listener and its clients are there already: not even Unix sockets are made, bound or connected.
        libc::SYS_socket,
        libc::SYS_connect,
        libc::SYS_bind,
        libc::SYS_listen,
        // Programs.
        libc::SYS_execve,
        libc::SYS_execveat,
        // Other processes.
        libc::SYS_ptrace,
        libc::SYS_process_vm_readv,
        libc::SYS_process_vm_writev,
        libc::SYS_pidfd_getfd,
        libc::SYS_pidfd_open,
        libc::SYS_kcmp,
        // Ways around the filter.
        libc::SYS_io_uring_setup,
        libc::SYS_io_uring_enter,
        libc::SYS_io_uring_register,
        // The system.
        libc::SYS_bpf,
        libc::SYS_perf_event_open,
        libc::SYS_userfaultfd,
        libc::SYS_mount,
        libc::SYS_umount2,
        libc::SYS_pivot_root,
        libc::SYS_chroot,
        libc::SYS_unshare,
        libc::SYS_setns,
        libc::SYS_open_by_handle_at,
        libc::SYS_fanotify_init,
        libc::SYS_keyctl,
        libc::SYS_add_key,
        libc::SYS_request_key,
        libc::SYS_init_module,
        libc::SYS_finit_module,
        libc::SYS_delete_module,
        libc::SYS_kexec_load,
        libc::SYS_reboot,
        libc::SYS_swapon,
        libc::SYS_swapoff,
        libc::SYS_acct,
        libc::SYS_settimeofday,
        libc::SYS_clock_settime,
    ];

    fn restrict_calls() -> anyhow::Result<()> {
        // Asking twice is harmless; Landlock asked before, where there is one.
        system::renounce_privileges().context("cannot set no_new_privs")?;
        let rules: BTreeMap<i64, _> = REFUSED.iter().map(|call| (*call, Vec::new())).collect();
        let refuse = SeccompAction::Errno(libc::EACCES as u32);
        let filter = SeccompFilter::new(rules, SeccompAction::Allow, refuse, std::env::consts::ARCH.try_into()?)?;
        let program: BpfProgram = filter.try_into()?;
        seccompiler::apply_filter_all_threads(&program)?;
        Ok(())
    }
}
