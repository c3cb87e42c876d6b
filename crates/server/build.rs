//! The page and the tracker may not be built yet: empty folders let the crate compile, and the server then says what to
//! do.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    for made in ["web/dist", "sdk/browser/dist"] {
        let folder = format!("{}/../../{made}", env!("CARGO_MANIFEST_DIR"));
        // A failure shows up right after as a clear error of the embedding.
        let _ = std::fs::create_dir_all(&folder);
        println!("cargo:rerun-if-changed={folder}");
    }
}
