//! One embedded engine for all tests that run at the time; each test has a database of its own in it.

use std::{
    path::PathBuf,
    sync::{
        Arc, Mutex, PoisonError, Weak,
        atomic::{AtomicU32, Ordering},
        mpsc,
    },
    thread::JoinHandle,
};

use analytics_store::Store;
use tokio::sync::oneshot;

/// A running engine, stopped with the last test that uses it.
pub(super) struct SharedEngine {
    socket: PathBuf,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl SharedEngine {
    /// Returns the engine that runs, or starts one.
    pub(super) fn get() -> Arc<Self> {
        static RUNNING: Mutex<Weak<SharedEngine>> = Mutex::new(Weak::new());
        let mut running = RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(engine) = running.upgrade() {
            return engine;
        }
        let engine = Arc::new(Self::start());
        *running = Arc::downgrade(&engine);
        engine
    }

    /// Starts an engine on a thread of its own, because the runtimes of tests end with their test.
    fn start() -> Self {
        let (socket_sender, socket_receiver) = mpsc::channel();
        let (stop, stopped) = oneshot::channel::<()>();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(async {
                let engine = engine::testing::engine().await;
                socket_sender.send(engine.socket().to_owned()).expect("a test that waits");
                // An error means the same: nobody needs the engine any more.
                let _ = stopped.await;
            });
        });
        let socket = socket_receiver.recv().expect("the engine did not start: the reason stands above");
        Self { socket, stop: Some(stop), thread: Some(thread) }
    }

    /// Makes an empty database with the tables of this version.
    pub(super) async fn database(&self) -> Store {
        static NUMBER: AtomicU32 = AtomicU32::new(1);
        let name = format!("test_{}", NUMBER.fetch_add(1, Ordering::Relaxed));
        let store = Store::unix(&self.socket, &name).expect("a valid database name");
        store.migrate().await.expect("migrations of the analytics store");
        // The tests' clock stands in the past: what arrives by it would be gone by the engine's clock.
        for table in analytics_store::schema::tables().iter().filter(|table| table.ttl.is_some()) {
            let stop = analytics_model::sql(format!("system stop ttl merges {}", table.name));
            store.execute(&stop, &analytics_store::Options::default()).await.expect("no expiry");
        }
        store
    }
}

impl Drop for SharedEngine {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // A panic there has been printed already.
            let _ = thread.join();
        }
    }
}
