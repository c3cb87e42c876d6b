use axum::body::Body;
use futures::StreamExt;
use futures::stream::{self, BoxStream};

use super::*;

fn limits() -> BodyLimits {
    BodyLimits {
        all_bytes: 1_000,
        unknown_bytes: 400,
        address_bytes: Some(100),
        pause: Duration::from_millis(400),
        bytes_a_second: 1_000,
        longest: Duration::from_millis(2_000),
    }
}

fn address(last: u8) -> Option<IpAddr> {
    Some(IpAddr::from([192, 0, 2, last]))
}

/// Brings so many bytes after each pause of so many milliseconds.
fn body(pieces: Vec<(u64, usize)>) -> BoxStream<'static, Result<Bytes, std::io::Error>> {
    let pieces = stream::iter(pieces).then(|(pause, bytes)| async move {
        tokio::time::sleep(Duration::from_millis(pause)).await;
        Ok(Bytes::from(vec![0; bytes]))
    });
    pieces.boxed()
}

async fn read(bodies: &Arc<Bodies>, pieces: Vec<(u64, usize)>) -> Result<usize, Option<BodyFailure>> {
    let holding = bodies.hold(None);
    let bounded = Body::new(Bounded::new(Body::from_stream(body(pieces)), holding.clone()));
    let read = axum::body::to_bytes(bounded, usize::MAX).await;
    read.map(|bytes| bytes.len()).map_err(|_| holding.failure())
}

#[test]
fn who_shows_no_key_has_a_part_of_the_room_and_an_address_a_part_of_that() {
    let bodies = Bodies::new(limits());
    let first = bodies.hold(address(1));
    assert_eq!(first.take(100), Ok(()));
    assert_eq!(bodies.hold(address(1)).take(1), Err(BodyFailure::NoRoom), "another connection of the address");
    let others: Vec<Holding> = (2..=4).map(|last| bodies.hold(address(last))).collect();
    assert!(others.iter().all(|holding| holding.take(100).is_ok()));
    let late = bodies.hold(address(9));
    assert_eq!((late.take(1), late.failure()), (Err(BodyFailure::NoRoom), Some(BodyFailure::NoRoom)));
    let known = bodies.hold(address(1));
    known.known();
    assert_eq!(known.take(600), Ok(()), "a good key finds room");
    assert_eq!(known.take(1), Err(BodyFailure::NoRoom), "as long as there is any");
    first.known();
    assert_eq!(bodies.held(), 1_000);
    drop((others, known));
    assert_eq!((bodies.held(), bodies.unknown().bytes), (100, 0));
    assert_eq!(bodies.hold(address(2)).take(100), Ok(()), "what is answered is given back");
    drop(first);
    assert_eq!((bodies.held(), bodies.unknown().of_addresses.len()), (0, 0));
}

#[test]
fn behind_a_proxy_all_have_one_address() {
    let bodies = Bodies::new(BodyLimits { address_bytes: None, ..limits() });
    assert_eq!(bodies.hold(address(1)).take(400), Ok(()));
}

#[tokio::test]
async fn a_body_that_trickles_is_given_up_and_a_slow_one_is_read() {
    let bodies = Bodies::new(BodyLimits { all_bytes: 1 << 30, unknown_bytes: 1 << 30, ..limits() });
    assert_eq!(read(&bodies, vec![(10, 1), (0, 200)]).await, Ok(201));
    assert_eq!(read(&bodies, vec![(1, 1), (5_000, 1)]).await, Err(Some(BodyFailure::TooSlow)), "a pause");
    assert_eq!(read(&bodies, vec![(50, 1); 100]).await, Err(Some(BodyFailure::TooSlow)), "a byte now and then");
    assert_eq!(read(&bodies, vec![(50, 500); 12]).await, Ok(6_000), "slow, but faster than it has to be");
    assert_eq!(read(&bodies, vec![(50, 500); 100]).await, Err(Some(BodyFailure::TooSlow)), "none lasts for ever");
    assert_eq!(bodies.held(), 0);
}
