//! What the kernel refuses, whatever is asked.
//!
//! ClickHouse's own path checks do not stand in the way here: the library runs as `clickhouse local` does, which may
//! read any file. So an errno in the message is the kernel's word: 13 is EACCES, from Landlock for files and from
//! seccomp for sockets. Two more proofs: the same statement works on a file inside the data folder, and outside of the
//! sandbox the very same files are readable by this test's user.
#![cfg(target_os = "linux")]

use crate::client::{post, sql};
use engine::testing::{self, TestEngine};

/// Whether this kernel enforces Landlock; where it does not, the engine must say so.
fn has_landlock(engine: &TestEngine) -> bool {
    let sandbox = engine.engine().status().borrow().sandbox.clone().unwrap();
    assert_eq!(sandbox.seccomp, "enforced");
    let is_claimed = match sandbox.landlock.as_str() {
        "enforced" | "partially" => true,
        "unavailable" => false,
        other => panic!("{other}"),
    };
    assert_eq!(is_claimed, kernel_has_landlock(), "the status must not claim more, nor the engine use less");
    is_claimed
}

/// Asks the kernel for its Landlock version.
#[expect(unsafe_code, reason = "a system call without a wrapper")]
fn kernel_has_landlock() -> bool {
    const VERSION: libc::c_long = 1;
    // SAFETY: with a null attribute and this flag the call only returns a number.
    unsafe { libc::syscall(libc::SYS_landlock_create_ruleset, std::ptr::null::<u8>(), 0_usize, VERSION) > 0 }
}

async fn refused(engine: &TestEngine, statement: &str) -> String {
    let reply = post(engine.socket(), &[], statement.to_owned()).await;
    let text = reply.text();
    assert!(reply.status != 200 || !reply.is_complete, "{statement} was answered: {text}");
    text
}

#[tokio::test]
async fn files_outside_the_data_folder_cannot_be_read_or_written() {
    let engine = testing::engine_with_the_kernel_alone().await;
    let outside = tempfile::tempdir().unwrap();
    let secret = outside.path().join("secret.csv");
    std::fs::write(&secret, "1\n").unwrap();
    let written = outside.path().join("written.csv");
    let (secret, written) = (secret.display(), written.display());
    let statements = [
        "select file('/etc/passwd')".to_owned(),
        "select * from file('/etc/passwd', 'LineAsString')".to_owned(),
        "describe table file('/etc/passwd', 'CSV')".to_owned(),
        format!("select * from file('{secret}', 'CSV', 'a Int8')"),
        format!("select 1 into outfile '{written}'"),
        format!("insert into function file('{written}', 'CSV', 'a Int8') values (1)"),
        "select file('/proc/self/environ')".to_owned(),
        format!("select file('/proc/{}/environ')", std::process::id()),
        "select * from file('/proc/thread-self/root/etc/passwd', 'LineAsString')".to_owned(),
    ];
    if !has_landlock(&engine) {
        // Without Landlock files are open, and the status says so: nothing else to hold the engine to.
        return;
    }
    for statement in statements {
        let text = refused(&engine, &statement).await;
        assert!(text.contains("errno: 13, strerror: Permission denied"), "{statement}: {text}");
    }
    assert!(!outside.path().join("written.csv").exists());

    let inside = engine.folder().join("data/inside.csv");
    sql(engine.socket(), &format!("insert into function file('{}', 'CSV', 'a Int8') values (1)", inside.display()))
        .await;
    let query = format!("select * from file('{}', 'CSV', 'a Int8')", inside.display());
    assert_eq!(sql(engine.socket(), &query).await, "1\n", "the same function works inside the folder");
    assert!(std::fs::read("/etc/passwd").is_ok(), "this user may read the file outside the sandbox");
}

#[tokio::test]
async fn links_do_not_lead_out_of_the_folder() {
    let engine = testing::engine_with_the_kernel_alone().await;
    if !has_landlock(&engine) {
        return;
    }
    let link = engine.folder().join("data/link");
    std::os::unix::fs::symlink("/etc/passwd", &link).unwrap();
    let text = refused(&engine, &format!("select * from file('{}', 'LineAsString')", link.display())).await;
    assert!(text.contains("errno: 13"), "{text}");
}

#[tokio::test]
async fn the_network_is_out_of_reach() {
    let engine = testing::engine_with_the_kernel_alone().await;
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let address = listener.local_addr().unwrap();
    // The library's HTTP client drops the errno and says “I/O error”; MySQL's keeps it: socket() itself was refused.
    let statements = [
        (format!("select * from url('http://{address}/', 'LineAsString')"), "I/O error"),
        (format!("describe table url('http://{address}/', 'CSV')"), "I/O error"),
        (format!("insert into function url('http://{address}/', 'CSV', 'a Int8') values (1)"), "I/O error"),
        (format!("select * from s3('http://{address}/bucket/x.csv', 'CSV', 'a Int8')"), "I/O error"),
        (format!("select * from remote('{address}', system.one)"), "I/O error"),
        (format!("select * from mysql('{address}', 'd', 't', 'u', 'p')"), "Can't create TCP/IP socket (13)"),
        // libpq reports no reason when it gets no socket; the listener below is the proof.
        (format!("select * from postgresql('{address}', 'd', 't', 'u', 'p')"), "Connection to"),
    ];
    for (statement, reason) in statements {
        let text = refused(&engine, &statement).await;
        assert!(text.contains(reason), "{statement}: {text}");
    }
    let seen = listener.accept().map(|(_, peer)| peer);
    assert_eq!(seen.unwrap_err().kind(), std::io::ErrorKind::WouldBlock, "nobody came");
    std::net::TcpStream::connect(address).unwrap();
    listener.set_nonblocking(false).unwrap();
    assert!(listener.accept().is_ok(), "the listener does hear those who may");
}

/// The kernel's own account of the process.
#[tokio::test]
async fn every_thread_is_inside_and_the_environment_is_empty() {
    let engine = testing::engine_with_the_kernel_alone().await;
    sql(engine.socket(), "select sum(number) from numbers_mt(1000000)").await;
    let pid = engine.engine().status().borrow().pid.unwrap();
    assert_eq!(std::fs::read(format!("/proc/{pid}/environ")).unwrap(), b"", "nothing of the parent's environment");
    let environment = post(engine.socket(), &[], "select file('/proc/thread-self/environ')").await;
    assert_eq!(environment.text().trim(), "", "what a query may read of it is as empty");
    let mut threads = 0;
    for thread in std::fs::read_dir(format!("/proc/{pid}/task")).unwrap() {
        let Ok(status) = std::fs::read_to_string(thread.unwrap().path().join("status")) else { continue };
        let has = |line: &str| status.lines().any(|found| found == line);
        assert!(has("NoNewPrivs:\t1") && has("Seccomp:\t2"), "{status}");
        threads += 1;
    }
    assert!(threads > 4, "{threads} threads");
}

#[tokio::test]
async fn programs_cannot_be_run() {
    let engine = testing::engine_with_the_kernel_alone().await;
    let scripts = engine.folder().join("data/user_scripts");
    std::fs::create_dir_all(&scripts).unwrap();
    let script = scripts.join("run.sh");
    let proof = engine.folder().join("data/proof");
    std::fs::write(&script, format!("#!/bin/sh\ntouch {}\necho 1\n", proof.display())).unwrap();
    std::fs::set_permissions(&script, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    // The library takes a program that cannot start for one that prints nothing.
    let reply = post(engine.socket(), &[], "select * from executable('run.sh', 'CSV', 'a Int8')").await;
    assert_eq!(reply.text().lines().filter(|line| *line == "1").count(), 0, "{}", reply.text());
    assert!(!proof.exists());
    assert!(std::process::Command::new(&script).status().unwrap().success());
    assert!(proof.exists(), "the program does run outside the sandbox");
}

#[tokio::test]
async fn everything_a_store_does_works_inside() {
    let engine = testing::engine().await;
    let socket = engine.socket();
    let statements = [
        "create database shop",
        "create table shop.orders (day Date, id UInt64, text String, extra JSON,
            index words text type text(tokenizer = 'splitByNonAlpha'), projection by_text (select text, count() group by text))
            engine = MergeTree partition by toYYYYMM(day) order by id settings non_replicated_deduplication_window = 100",
        "create materialized view shop.daily engine = SummingMergeTree order by day
            as select day, count() as orders from shop.orders group by day",
        "insert into shop.orders select toDate('2026-01-01') + number % 90, number, 'word ' || toString(number % 100),
            concat('{\"a\": ', toString(number), '}') from numbers(100000)",
        "alter table shop.orders add column price Decimal(18, 2) default 1.5",
        "alter table shop.orders update text = 'changed' where id = 7 settings mutations_sync = 2",
        "alter table shop.orders delete where id = 8 settings mutations_sync = 2",
        "alter table shop.orders modify setting lightweight_mutation_projection_mode = 'rebuild'",
        "delete from shop.orders where id = 9",
        "optimize table shop.orders final",
        "rename table shop.orders to shop.sales",
        "alter table shop.sales drop partition 202603",
    ];
    for statement in statements {
        sql(socket, statement).await;
    }
    let counted =
        sql(socket, "select count(), countIf(text = 'changed'), sum(price) > 0, max(extra.a::UInt64) from shop.sales")
            .await;
    assert!(counted.contains("\t1\t1\t"), "{counted}");
    let spilled = "select count() from (select number, count() from numbers(2000000) group by number
        settings max_bytes_before_external_group_by = 10000000, max_memory_usage = 200000000)";
    assert_eq!(sql(socket, spilled).await, "2000000\n");
    let sorted = "select max(n) from (select number as n from numbers(3000000) order by sipHash64(n)
        settings max_bytes_before_external_sort = 10000000)";
    assert_eq!(sql(socket, sorted).await, "2999999\n");
    let zones = "select toString(toDateTime('2026-07-01 12:00:00', 'UTC'), 'Pacific/Auckland')";
    assert_eq!(sql(socket, zones).await, "2026-07-02 00:00:00\n");
    sql(socket, "drop table shop.sales sync").await;
    sql(socket, "drop database shop").await;
}

#[tokio::test]
async fn nothing_tells_of_files_outside_or_of_the_machine() {
    let engine = testing::engine().await;
    let socket = engine.socket();
    // Each of them once with a file that is there, and once with one that is not.
    let paths = [
        "select * from filesystem('{}')",
        "select file('{}')",
        "select * from file('{}', 'CSV', 'a String')",
        "select 1 into outfile '{}'",
        "create table t engine = File(CSV, '{}')",
        "exists table `{}`",
        "select * from `{}`",
        "describe '{}'",
        "select 1 from system.one, '{}'",
        "select hasColumnInTable('default', '{}', 'a')",
        "select joinGet('{}', 'a', 1)",
        "select * from dictionary('{}')",
        "select * from loop('default', '{}')",
        "select * from sqlite('{}', 't')",
        "select * from icebergLocal('{}')",
        "insert into function file('{}', 'CSV', 'a Int8') values (1)",
    ];
    for statement in paths {
        let said = async |path: &str| {
            let reply = post(socket, &[], statement.replace("{}", path)).await;
            assert_ne!(reply.status, 200, "{statement}: {}", reply.text());
            assert!(reply.text().starts_with("Code: 497."), "{statement}: {}", reply.text());
            reply.text().replace(path, "PATH")
        };
        assert_eq!(said("/etc/passwd").await, said("/etc/no-such").await, "{statement}");
    }
    let named = [("param_t", "/etc/passwd")];
    assert!(post(socket, &named, "exists table {t:Identifier}").await.text().starts_with("Code: 497."));
    for statement in
        ["select hostName()", "select * from system.disks", "select filesystemCapacity()", "select tcpPort()"]
    {
        assert!(post(socket, &[], statement).await.text().starts_with("Code: 497."), "{statement}");
    }
    assert_eq!(sql(socket, "exists table `Cargo.toml`").await, "0\n", "nor of where the server was started");
    assert_eq!(sql(socket, "select 'file(' as file, count() from system.one").await, "file(\t1\n");
}
