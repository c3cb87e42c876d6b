//! Where somebody came from: which channel the page before, the campaign and an advertiser's mark stand for.

mod campaign;
mod hosts;

pub use campaign::{Mark, UTM, mark};
pub use hosts::{Kind, of_host};
