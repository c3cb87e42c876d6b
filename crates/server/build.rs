//! The page may not be built yet: an empty folder lets the crate compile, and the server then says what to do.

fn main() {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../../web/dist");
    // A failure shows up right after as a clear error of the embedding.
    let _ = std::fs::create_dir_all(page);
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed={page}");
}
