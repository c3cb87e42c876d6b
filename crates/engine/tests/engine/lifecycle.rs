//! Start, restart and stop.

use std::time::Duration;

use crate::client::{eventually, full, get, post, send, sql, uri};
use engine::{Engine, Error, State, testing};
use hyper::Method;

#[tokio::test]
async fn a_killed_engine_is_started_again_on_the_same_socket() {
    let engine = testing::engine().await;
    sql(engine.socket(), "create table kept (a Int8) engine = MergeTree order by a").await;
    sql(engine.socket(), "insert into kept values (1)").await;
    let mut status = engine.engine().status();
    let first = status.borrow_and_update().clone();
    assert_eq!((first.state, first.restarts), (State::Ready, 0));
    assert!(first.version.is_some() && first.sandbox.is_some());
    engine.kill();
    let again = status.wait_for(|status| matches!(status.state, State::Restarting { .. })).await.unwrap().clone();
    assert_eq!((again.state, again.pid, again.restarts), (State::Restarting { attempt: 1 }, None, 1));
    let ready = status.wait_for(|status| status.state == State::Ready).await.unwrap().clone();
    assert_ne!(ready.pid, first.pid);
    assert_eq!(sql(engine.socket(), "select a from kept").await, "1\n");
}

#[tokio::test]
async fn an_engine_that_cannot_start_again_is_tried_until_it_can() {
    let folder = tempfile::tempdir().unwrap();
    let mut launch = testing::launch(folder.path());
    let link = folder.path().join("libchdb.so");
    std::os::unix::fs::symlink(&launch.library, &link).unwrap();
    let library = std::mem::replace(&mut launch.library, link.clone());
    let engine = Engine::start(launch).await.unwrap();
    std::fs::remove_file(&link).unwrap();
    let mut status = engine.status();
    let pid = status.borrow().pid.unwrap();
    std::process::Command::new("kill").args(["-9", &pid.to_string()]).status().unwrap();
    status.wait_for(|status| status.state == State::Restarting { attempt: 2 }).await.unwrap();
    std::os::unix::fs::symlink(&library, &link).unwrap();
    status.wait_for(|status| status.state == State::Ready).await.unwrap();
    assert_eq!(sql(engine.socket(), "select 1").await, "1\n");
    engine.stop().await.unwrap();
}

#[tokio::test]
async fn a_second_engine_on_the_same_folder_is_refused() {
    let engine = testing::engine().await;
    let mut launch = testing::launch(engine.folder());
    launch.socket = engine.folder().join("second.socket");
    match Engine::start(launch).await {
        Err(Error::Died { message, .. }) => {
            assert!(message.contains("another engine already uses the data folder"), "{message}");
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(sql(engine.socket(), "select 1").await, "1\n", "the first one is unharmed");
}

#[tokio::test]
async fn a_missing_library_is_told_at_start() {
    let folder = tempfile::tempdir().unwrap();
    let mut launch = testing::launch(folder.path());
    launch.library = folder.path().join("libchdb.so");
    let error = Engine::start(launch).await.unwrap_err().to_string();
    assert!(error.contains("cannot load the engine library"), "{error}");
}

#[tokio::test]
async fn stopping_finishes_what_runs_and_ends_the_process() {
    let engine = testing::engine().await;
    let socket = engine.socket().to_owned();
    sql(&socket, "create table t (a UInt64) engine = MergeTree order by a").await;
    let pid = engine.engine().status().borrow().pid.unwrap();
    let slow = uri(&[(
        "query",
        "insert into t select number + sleepEachRow(0.1) from numbers(10) settings max_block_size = 1",
    )]);
    let insert = tokio::spawn(async move { send(&socket, Method::POST, &slow, &[], full("")).await.status });
    eventually("the insert runs", async || get(engine.socket(), "/status").await.ok().contains("\"running\":1")).await;
    engine.engine().stop().await.unwrap();
    assert_eq!(insert.await.unwrap(), 200, "the insert was answered");
    assert_eq!(engine.engine().status().borrow().state, State::Stopped);
    assert!(!is_alive(pid) && !engine.socket().exists());

    let again = Engine::start(testing::launch(engine.folder())).await.unwrap();
    assert_eq!(sql(again.socket(), "select count() from t").await, "10\n");
    again.stop().await.unwrap();
}

#[tokio::test]
async fn the_engine_stops_when_nobody_holds_it() {
    let folder = tempfile::tempdir().unwrap();
    let engine = Engine::start(testing::launch(folder.path())).await.unwrap();
    let pid = engine.status().borrow().pid.unwrap();
    drop(engine);
    eventually("the process is gone", async || !is_alive(pid)).await;
}

#[tokio::test]
async fn a_closed_standard_input_stops_the_child() {
    let folder = tempfile::tempdir().unwrap();
    let launch = testing::launch(folder.path());
    std::fs::create_dir_all(&launch.data).unwrap();
    let mut command = tokio::process::Command::new(&launch.program);
    command.arg("--follow-parent").arg("--data").arg(&launch.data).arg("--socket").arg(&launch.socket);
    command.arg("--library").arg(&launch.library).env_clear().stdin(std::process::Stdio::piped());
    let mut child = command.stderr(std::process::Stdio::null()).kill_on_drop(true).spawn().unwrap();
    eventually("it listens", async || tokio::net::UnixStream::connect(&launch.socket).await.is_ok()).await;
    assert_eq!(post(&launch.socket, &[], "select 1").await.ok(), "1\n");
    drop(child.stdin.take());
    let status = tokio::time::timeout(Duration::from_secs(20), child.wait()).await.unwrap().unwrap();
    assert!(status.success(), "{status}");
}

/// A process that ended but was not waited for counts as gone.
fn is_alive(pid: u32) -> bool {
    let shown = std::process::Command::new("ps").args(["-o", "stat=", "-p", &pid.to_string()]).output().unwrap();
    let state = String::from_utf8_lossy(&shown.stdout).trim().to_owned();
    !state.is_empty() && !state.starts_with('Z')
}

#[tokio::test]
async fn the_socket_and_the_data_are_for_this_user_alone() {
    use std::os::unix::fs::MetadataExt;
    let engine = testing::engine().await;
    sql(engine.socket(), "create table t (a Int8) engine = MergeTree order by a").await;
    for path in
        [engine.socket().to_owned(), engine.folder().join("data/store"), engine.folder().join("data/engine.lock")]
    {
        let mode = std::fs::metadata(&path).unwrap().mode();
        assert_eq!(mode & 0o077, 0, "{} has mode {mode:o}", path.display());
    }
}

#[tokio::test]
async fn a_terminals_signals_do_not_reach_the_engine() {
    let engine = testing::engine().await;
    let pid = engine.engine().status().borrow().pid.unwrap();
    // Ctrl-C goes to a whole process group: the engine must lead one of its own.
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
    let after_name = stat.rsplit_once(')').unwrap().1;
    let group: u32 = after_name.split_whitespace().nth(2).unwrap().parse().unwrap();
    assert_eq!(group, pid);
}
