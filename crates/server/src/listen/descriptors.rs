//! How many files and sockets the process may have open.

/// Kept for the stores, the spool and the log: they must not fail because many have connected.
const RESERVED: usize = 160;

/// Asks for as many descriptors as this user may have, and returns how many connections they are enough for.
#[cfg(unix)]
pub(super) fn for_connections() -> usize {
    use rustix::process::{Resource, getrlimit, setrlimit};

    let mut limit = getrlimit(Resource::Nofile);
    if limit.current != limit.maximum {
        let wanted = rustix::process::Rlimit { current: limit.maximum, maximum: limit.maximum };
        match setrlimit(Resource::Nofile, wanted) {
            Ok(()) => limit = getrlimit(Resource::Nofile),
            Err(error) => tracing::debug!(%error, "the limit of file descriptors stays as it is"),
        }
    }
    let all = limit.current.and_then(|all| usize::try_from(all).ok()).unwrap_or(usize::MAX);
    connections_of(all)
}

#[cfg(not(unix))]
pub(super) fn for_connections() -> usize {
    usize::MAX
}

/// Where there are very few, connections get half of them.
fn connections_of(all: usize) -> usize {
    all.saturating_sub(RESERVED).max(all / 2).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn some_descriptors_are_left_for_everything_else() {
        assert_eq!([64, 256, 512, 1024].map(connections_of), [32, 128, 352, 864]);
    }

    #[cfg(unix)]
    #[test]
    fn the_limit_is_raised_as_far_as_it_may() {
        for_connections();
        let limit = rustix::process::getrlimit(rustix::process::Resource::Nofile);
        assert_eq!(limit.current, limit.maximum);
    }
}
