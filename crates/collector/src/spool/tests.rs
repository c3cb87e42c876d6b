use std::fs::{File, OpenOptions};
use std::io::{Seek, SeekFrom, Write};
use std::os::unix::fs::FileExt;
use std::sync::Mutex;

use proptest::prelude::*;
use tempfile::TempDir;
use uuid::Uuid;

use super::*;

const ALL: Most = Most { bytes: 1 << 20, events: u64::MAX };

fn options(folder: &TempDir) -> Options {
    Options { folder: folder.path().to_owned(), max_bytes: 1 << 20, segment_bytes: 4 << 10, waiting_bytes: 1 << 20 }
}

fn opened(folder: &TempDir) -> Opened {
    Spool::open(options(folder)).unwrap()
}

/// A text that packing makes no smaller.
pub(super) fn noise(length: usize) -> String {
    let mut state = length as u64;
    let next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        char::from(b' ' + (state >> 40) as u8 % 95)
    };
    std::iter::repeat_with(next).take(length).collect()
}

/// A project that has nothing in the spool yet.
fn anybody() -> ProjectId {
    ProjectId(Uuid::new_v4())
}

async fn append(spool: &Spool, text: &str) -> Result<(), Refusal> {
    spool.append(text.as_bytes().to_vec(), (anybody(), 1), None).await
}

/// Returns a folder whose only segment holds this text, and the segment's file, which is written to from its end on.
async fn left_with(text: &str) -> (TempDir, File) {
    let folder = tempfile::tempdir().unwrap();
    let first = opened(&folder);
    append(&first.spool, text).await.unwrap();
    closed(first).await;
    let mut file = OpenOptions::new().write(true).open(segment::path(folder.path(), 1)).unwrap();
    file.seek(SeekFrom::End(0)).unwrap();
    (folder, file)
}

/// Closes the spool as a crash would leave it, but for the writes under way.
async fn closed(mut opened: Opened) {
    opened.spool.close();
    let mut durable = opened.spool.durable();
    while durable.changed().await.is_ok() {}
    opened.reader.note(&opened.cursor).unwrap();
}

fn read_all(opened: &mut Opened) -> Vec<String> {
    let until = *opened.spool.durable().borrow();
    let mut at = opened.cursor.settled;
    let mut texts = Vec::new();
    while at < until {
        let chunk = opened.reader.read(at, until, ALL, |_, _| Some(1)).unwrap();
        texts.extend(chunk.frames().map(|frame| String::from_utf8(frame.content.to_vec()).unwrap()));
        assert!(chunk.until > at, "reading goes on");
        at = chunk.until;
    }
    texts
}

#[tokio::test]
async fn frames_are_there_in_order_also_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let mut first = opened(&folder);
    let positions = std::sync::Arc::new(Mutex::new(Vec::new()));
    let texts: Vec<String> = (0..200).map(|number| format!("frame {number} {}", "x".repeat(number))).collect();
    for text in &texts {
        let positions = positions.clone();
        let registered = Box::new(move |position| positions.lock().unwrap().push(position));
        first.spool.append(text.as_bytes().to_vec(), (anybody(), 3), Some(registered)).await.unwrap();
    }
    assert_eq!(read_all(&mut first), texts);
    assert_eq!(first.spool.appended(), 600);
    let mut positions = positions.lock().unwrap().clone();
    assert!(positions.is_sorted() && positions.len() == 200);
    positions.dedup();
    assert_eq!(positions.len(), 200);
    closed(first).await;
    let mut second = opened(&folder);
    assert_eq!(read_all(&mut second), texts);
    append(&second.spool, "one more").await.unwrap();
    assert_eq!(read_all(&mut second)[199..], [texts[199].clone(), "one more".to_owned()]);
}

#[tokio::test]
async fn a_chunk_is_bounded_but_holds_one_frame_at_least() {
    let folder = tempfile::tempdir().unwrap();
    let mut opened = opened(&folder);
    for number in 0..10 {
        append(&opened.spool, &format!("{number}")).await.unwrap();
    }
    append(&opened.spool, &noise(100_000)).await.unwrap();
    let until = *opened.spool.durable().borrow();
    let most = Most { bytes: 1 << 20, events: 8 };
    let chunk = opened.reader.read(Position::default(), until, most, |_, _| Some(2)).unwrap();
    assert_eq!(chunk.frames().count(), 4);
    let small = Most { bytes: 20, events: 1 };
    let mut at = chunk.until;
    let mut sizes = Vec::new();
    while at < until {
        let chunk = opened.reader.read(at, until, small, |_, _| Some(1)).unwrap();
        sizes.extend(chunk.frames().map(|frame| frame.content.len()));
        at = chunk.until;
    }
    assert_eq!(sizes, [1, 1, 1, 1, 1, 1, 100_000], "a frame may be larger than what is read and than a segment");
}

#[tokio::test]
async fn packed_frames_take_less_of_the_disk_and_are_read_as_they_were() {
    let folder = tempfile::tempdir().unwrap();
    let mut first = opened(&folder);
    let long: Vec<String> = (0..40).map(|number| format!("{number} ").repeat(3_000 + number)).collect();
    let texts: Vec<String> = long.iter().flat_map(|text| [text.clone(), noise(text.len() / 100)]).collect();
    for text in &texts {
        append(&first.spool, text).await.unwrap();
    }
    let bytes: usize = texts.iter().map(String::len).sum();
    assert!(first.spool.bytes() * 10 < bytes as u64, "{} of {bytes}", first.spool.bytes());
    assert_eq!(read_all(&mut first), texts);
    // A chunk is bounded by what it takes in memory.
    let until = *first.spool.durable().borrow();
    let most = Most { bytes: 30_000, events: u64::MAX };
    let chunk = first.reader.read(Position::default(), until, most, |_, _| Some(1)).unwrap();
    let lengths: Vec<usize> = chunk.frames().map(|frame| frame.content.len()).collect();
    assert!(lengths.len() > 1 && lengths.iter().sum::<usize>() <= 30_000, "{lengths:?}");
    closed(first).await;
    assert_eq!(read_all(&mut opened(&folder)), texts);
}

#[tokio::test]
async fn what_the_version_before_wrote_is_read() {
    let (folder, file) = left_with("written by the first version, which packed nothing").await;
    file.write_all_at(b"RXSPOOL\x01", 0).unwrap();
    assert_eq!(read_all(&mut opened(&folder)), ["written by the first version, which packed nothing"]);
    // Of a later one nothing is known: it is kept, and not taken for something else.
    file.write_all_at(b"RXSPOOL\x03", 0).unwrap();
    assert!(read_all(&mut opened(&folder)).is_empty());
    assert!(folder.path().join("0000000000000001.damaged").exists());
}

#[tokio::test]
async fn a_packed_frame_that_is_none_is_damage() {
    let (folder, file) = left_with("a").await;
    let begin = file.metadata().unwrap().len();
    let content = Content { bytes: &[9, 0, 0, 0, 255, 255][..], is_packed: true };
    file.write_all_at(&[&segment::head(1, begin, content)[..], content.bytes].concat(), begin).unwrap();
    let mut second = opened(&folder);
    append(&second.spool, "b").await.unwrap();
    assert_eq!(read_all(&mut second), ["a", "b"]);
    assert!(folder.path().join("0000000000000001.damaged").exists());
}

#[tokio::test]
async fn what_was_under_way_is_read_again_from_the_end_of_the_segment_before() {
    let folder = tempfile::tempdir().unwrap();
    let mut opened = opened(&folder);
    for number in 0..10 {
        append(&opened.spool, &format!("{number} {}", "r".repeat(1_000))).await.unwrap();
    }
    let until = *opened.spool.durable().borrow();
    let first = opened.reader.read(Position::default(), until, ALL, |_, _| Some(1)).unwrap();
    let second = opened.reader.read(first.until, until, ALL, |_, _| Some(1)).unwrap();
    assert!(second.until.segment > first.until.segment);
    let all = Most { bytes: usize::MAX, events: u64::MAX };
    let again = opened.reader.read(first.until, second.until, all, |_, _| Some(1)).unwrap();
    let positions = |chunk: &Chunk| chunk.frames().map(|frame| frame.position).collect::<Vec<_>>();
    assert_eq!((positions(&again), again.until), (positions(&second), second.until));
}

#[tokio::test]
async fn what_is_done_with_is_freed_and_its_room_is_there_again() {
    let folder = tempfile::tempdir().unwrap();
    let most = 20 << 10;
    let mut opened = Spool::open(Options { max_bytes: most, ..options(&folder) }).unwrap();
    let text = "z".repeat(1_000);
    let mut taken = 0;
    let refusal = loop {
        match append(&opened.spool, &text).await {
            Ok(()) => taken += 1,
            Err(refusal) => break refusal,
        }
    };
    assert!(matches!(refusal, Refusal::Full(_)), "{refusal}");
    assert!((12..=20).contains(&taken), "{taken}");
    assert!(opened.spool.bytes() <= most);
    assert_eq!(read_all(&mut opened).len(), taken, "what was taken is there");
    let settled = *opened.spool.durable().borrow();
    opened.reader.note(&Cursor { settled, ..Cursor::default() }).unwrap();
    append(&opened.spool, &text).await.unwrap();
    assert!(opened.spool.bytes() <= 8 << 10, "{}", opened.spool.bytes());
    opened.cursor.settled = settled;
    assert_eq!(read_all(&mut opened), [text]);
}

#[tokio::test]
async fn too_much_at_once_is_turned_away_and_a_closed_spool_takes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let opened = Spool::open(Options { waiting_bytes: 10, ..options(&folder) }).unwrap();
    let frames = (0..500).map(|_| opened.spool.append(vec![7; 50], (anybody(), 1), None));
    let answers = futures::future::join_all(frames).await;
    assert!(answers.contains(&Err(Refusal::Busy)));
    assert!(answers.iter().any(|answer| answer.is_ok()), "one is let in however large");
    opened.spool.close();
    assert_eq!(append(&opened.spool, "late").await, Err(Refusal::Closed));
}

#[tokio::test]
async fn a_folder_that_is_gone_refuses_and_loses_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let opened = opened(&folder);
    append(&opened.spool, "a").await.unwrap();
    std::fs::remove_dir_all(folder.path()).unwrap();
    let mut refused = None;
    for _ in 0..10 {
        refused = append(&opened.spool, &noise(3_000)).await.err();
    }
    assert!(matches!(refused, Some(Refusal::Failed(_))), "{refused:?}");
    std::fs::create_dir_all(folder.path()).unwrap();
    append(&opened.spool, &noise(3_000)).await.unwrap();
}

#[tokio::test]
async fn damage_hides_what_follows_in_its_file_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let first = opened(&folder);
    for number in 0..40 {
        append(&first.spool, &format!("{number:02} {}", "d".repeat(500))).await.unwrap();
    }
    closed(first).await;
    let file = OpenOptions::new().write(true).open(segment::path(folder.path(), 2)).unwrap();
    file.write_all_at(b"!", 2_000).unwrap();
    let mut second = opened(&folder);
    let read: Vec<u32> = read_all(&mut second).iter().map(|text| text[..2].parse().unwrap()).collect();
    assert!(read.len() > 30 && read.is_sorted() && *read.last().unwrap() == 39, "{read:?}");
    assert!(folder.path().join("0000000000000002.damaged").exists());
}

#[tokio::test]
async fn a_segment_that_ends_within_a_frame_is_kept_to_be_looked_into() {
    let folder = tempfile::tempdir().unwrap();
    let first = opened(&folder);
    for number in 0..12 {
        append(&first.spool, &format!("{number:02} {}", "e".repeat(1_000))).await.unwrap();
    }
    closed(first).await;
    OpenOptions::new().write(true).open(segment::path(folder.path(), 2)).unwrap().set_len(1_500).unwrap();
    let mut second = opened(&folder);
    let read: Vec<u32> = read_all(&mut second).iter().map(|text| text[..2].parse().unwrap()).collect();
    assert_eq!(read, [0, 1, 2, 3, 4, 8, 9, 10, 11]);
    assert!(folder.path().join("0000000000000002.damaged").exists());
    assert!(!folder.path().join("0000000000000001.damaged").exists());
}

#[tokio::test]
async fn damage_shorter_than_the_head_of_a_frame_is_kept_however_little_is_read_at_once() {
    let (folder, mut file) = left_with("a").await;
    file.write_all(b"odd").unwrap();
    fs::write(segment::path(folder.path(), 2), "").unwrap();
    let mut second = opened(&folder);
    let until = *second.spool.durable().borrow();
    let from = second.reader.read(Position::default(), until, ALL, |_, _| Some(1)).unwrap().until;
    second.reader.read(from, until, Most { bytes: 0, events: 1 }, |_, _| Some(1)).unwrap();
    assert!(folder.path().join("0000000000000001.damaged").exists());
}

#[tokio::test]
async fn what_stands_behind_zeros_is_kept_to_be_looked_into() {
    let (folder, mut file) = left_with("a").await;
    file.write_all(&[[0; 50], [7; 50]].concat()).unwrap();
    fs::write(segment::path(folder.path(), 2), "").unwrap();
    let mut second = opened(&folder);
    assert_eq!(read_all(&mut second), ["a"]);
    assert!(folder.path().join("0000000000000001.damaged").exists());
}

#[tokio::test]
async fn a_segment_without_a_whole_header_keeps_nobody_from_reading_on() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(segment::path(folder.path(), 1), "").unwrap();
    fs::write(segment::path(folder.path(), 2), "RXSPOOL").unwrap();
    let mut opened = opened(&folder);
    append(&opened.spool, "a").await.unwrap();
    assert_eq!(read_all(&mut opened), ["a"]);
}

#[test]
fn a_cursor_that_can_not_be_read_is_told() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("cursor.json"), "{").unwrap();
    assert!(Cursor::read(folder.path()).unwrap_err().to_string().contains("cursor.json"));
    let storing = Storing {
        until: Position { segment: 3, offset: 99 },
        token: "t".into(),
        left_out: vec![4],
        blocks: vec![5],
        by_month: true,
        moves: Vec::new(),
        session_days: vec![(analytics_model::ProjectId(uuid::Uuid::from_u128(1)), chrono::NaiveDate::default())],
    };
    let project = ProjectId(Uuid::from_u128(6));
    let cursor = Cursor {
        settled: Position { segment: 2, offset: 16 },
        storing: Some(storing.clone()),
        behind: vec![Behind { project, from: Position { segment: 1, offset: 16 } }],
        storing_behind: Some((project, storing)),
        moves: Vec::new(),
    };
    cursor.write(folder.path()).unwrap();
    assert_eq!(Cursor::read(folder.path()).unwrap(), cursor);
}

#[test]
fn the_cursor_of_a_version_before_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let text = r#"{"settled":{"segment":2,"offset":16},"storing":{"until":{"segment":2,"offset":99},"token":"t","left_out":[],"blocks":[5]}}"#;
    fs::write(folder.path().join("cursor.json"), text).unwrap();
    let cursor = Cursor::read(folder.path()).unwrap();
    assert!(!cursor.storing.unwrap().by_month, "its blocks are as they were cut");
    assert_eq!((cursor.behind, cursor.storing_behind), (Vec::new(), None));
}

/// What may be at the end of the last segment after the power went.
#[derive(Debug, Clone)]
enum Torn {
    /// The file ends early.
    Cut(u64),
    /// Zeros stand where the end was.
    Zeros(u64),
    /// Something else does.
    Noise(u64, u8),
    /// More follows the end.
    More(Vec<u8>),
}

fn torn() -> impl Strategy<Value = Torn> {
    prop_oneof![
        (0..3_000_u64).prop_map(Torn::Cut),
        (0..3_000_u64).prop_map(Torn::Zeros),
        (0..3_000_u64, 1..=255_u8).prop_map(|(at, value)| Torn::Noise(at, value)),
        proptest::collection::vec(any::<u8>(), 1..200).prop_map(Torn::More),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn after_a_torn_write_all_before_it_is_there(
        lengths in proptest::collection::vec(0..700_usize, 1..5),
        torn in torn(),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let folder = tempfile::tempdir().unwrap();
            let first = opened(&folder);
            let texts: Vec<String> = lengths.iter().map(|length| "t".repeat(length + 1)).collect();
            for text in &texts {
                append(&first.spool, text).await.unwrap();
            }
            closed(first).await;
            let file = OpenOptions::new().read(true).write(true).open(segment::path(folder.path(), 1)).unwrap();
            let bytes = file.metadata().unwrap().len();
            // Behind the header, which was synced with the file's making.
            let touched = match &torn {
                Torn::Cut(from) | Torn::Zeros(from) | Torn::Noise(from, _) => 16 + from % (bytes - 15),
                Torn::More(_) => bytes,
            };
            match torn {
                Torn::Cut(_) => file.set_len(touched).unwrap(),
                Torn::Zeros(_) => file.write_all_at(&vec![0; (bytes - touched) as usize], touched).unwrap(),
                Torn::Noise(_, value) => {
                    let mut byte = [0];
                    let read = file.read_at(&mut byte, touched).unwrap();
                    let noise = if read == 0 { value } else { byte[0] ^ value };
                    file.write_all_at(&[noise], touched).unwrap();
                }
                Torn::More(noise) => file.write_all_at(&noise, touched).unwrap(),
            }
            let mut end = segment::HEADER_BYTES;
            let whole: Vec<&String> = texts.iter().take_while(|text| {
                end += (segment::FRAME_HEAD + text.len()) as u64;
                end <= touched
            }).collect();
            let mut second = opened(&folder);
            append(&second.spool, "new").await.unwrap();
            let read = read_all(&mut second);
            prop_assert_eq!(read.last().unwrap(), "new");
            prop_assert_eq!(read[..read.len() - 1].iter().collect::<Vec<_>>(), whole);
            Ok(())
        })?;
    }
}
