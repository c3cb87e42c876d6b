use std::io::Write;

use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DoubleType, Int64Type};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;
use proptest::prelude::*;
use tempfile::TempDir;

use super::logs::SAMPLE as LOG;
use super::*;

pub(super) fn file(folder: &TempDir, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
    let path = folder.path().join(name);
    std::fs::write(&path, content).unwrap();
    path
}

pub(super) fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

pub(super) fn rows(path: &Path) -> Vec<Row> {
    open(path, &Options::default()).unwrap().collect()
}

pub(super) fn events(path: &Path) -> Vec<Incoming> {
    rows(path).into_iter().map(|row| row.event.unwrap()).collect()
}

pub(super) fn codes(path: &Path) -> Vec<(u64, String)> {
    let told =
        |row: Row| (row.line, row.event.map_or_else(|refused| refused.rejection.code.to_owned(), |event| event.event));
    rows(path).into_iter().map(told).collect()
}

#[test]
fn rows_have_the_same_ids_each_time_and_equal_lines_different_ones() {
    let folder = folder();
    let line = r#"{"event":"a","user_id":"u"}"#;
    let ids = |content: String| -> Vec<Uuid> {
        events(&file(&folder, "e.ndjson", content)).iter().map(|event| event.event_id.unwrap()).collect()
    };
    let two = ids(format!("{line}\n{line}\n"));
    let grown = ids(format!("{line}\n{line}\n{line}\n"));
    assert_eq!(two[..], grown[..2]);
    assert_ne!(two[0], two[1]);
    assert_eq!(two[0].get_version_num(), 8);
    let own = Uuid::from_u128(1);
    assert_eq!(ids(format!(r#"{{"event":"a","user_id":"u","event_id":"{own}"}}"#)), [own]);
}

#[test]
fn lines_of_json_are_read_and_bad_ones_told() {
    let folder = folder();
    let long = format!(r#"{{"event":"{}"}}"#, "x".repeat(3 << 20));
    let content =
        format!("{{\"event\":\"a\",\"user_id\":\"u\"}}\n\n{{oops\n{long}\n{{\"event\":\"b\",\"user_id\":\"u\"}}");
    let path = file(&folder, "e.ndjson", content);
    let expected = [(1, "a"), (3, "json_invalid"), (4, "line_too_long"), (5, "b")];
    assert_eq!(codes(&path), expected.map(|(line, code)| (line, code.to_owned())));
}

#[test]
fn csv_columns_are_found_by_name_and_the_rest_are_properties() {
    let folder = folder();
    let content = "\u{feff}event_name;user_id;timestamp;plan;seats;trial;code;properties;ip\r\n\
                   sign up;u1;2026-05-01 12:00:00;\"pro; \"\"max\"\"\r\nline\";3;TRUE;007;{\"plan\":\"own\",\"x\":[1]};192.0.2.1\r\n\
                   sign up;;2026-05-01;;;;;;\r\n\
                   a;b\r\n\
                   sign up;u2;;;1.50;no;12345678901234567890;;\r\n";
    let path = file(&folder, "e.csv", content);
    let rows = rows(&path);
    let first = rows[0].event.as_ref().unwrap();
    assert_eq!(
        (first.event.as_str(), first.distinct_id.as_str(), first.ip.as_deref()),
        ("sign up", "u1", Some("192.0.2.1"))
    );
    assert_eq!(first.properties.as_str(), r#"{"seats":"3","trial":"TRUE","code":"007","plan":"own","x":[1]}"#);
    let told: Vec<(u64, &str)> =
        rows[1..3].iter().map(|row| (row.line, row.event.as_ref().unwrap_err().rejection.code)).collect();
    assert_eq!(told, [(4, "distinct_id_missing"), (5, "row_malformed")]);
    let last = rows[3].event.as_ref().unwrap();
    assert_eq!(last.properties.as_str(), r#"{"seats":"1.50","trial":"no","code":"12345678901234567890"}"#);
    assert_eq!((last.timestamp, rows[3].line), (None, 6));
}

#[test]
fn a_row_that_is_not_utf_8_is_refused_not_guessed() {
    let folder = folder();
    let path = file(&folder, "latin.csv", b"event,distinct_id\nlat,Ren\xe9\nlat,Ren\xc3\xa9\n");
    assert_eq!(codes(&path), [(2, "row_malformed".to_owned()), (3, "lat".to_owned())]);
}

#[test]
fn a_pipe_is_read_like_a_file() {
    let folder = folder();
    let pipe = folder.path().join("pipe");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status().unwrap();
    assert!(made.success());
    let into = pipe.clone();
    let writing = std::thread::spawn(move || std::fs::write(into, "event,user_id,n\na,u,1\na,u,1.40\n"));
    let read: Vec<Row> = open(&pipe, &Options::default()).unwrap().collect();
    writing.join().unwrap().unwrap();
    let n: Vec<&str> = read.iter().map(|row| row.event.as_ref().unwrap().properties.as_str()).collect();
    assert_eq!(n, [r#"{"n":"1"}"#, r#"{"n":"1.40"}"#], "its columns are looked at as a whole, too");
    let named = Options { format: Some(Format::Ndjson), ..Options::default() };
    assert_eq!(open(Path::new("/dev/null"), &named).map(Iterator::count).ok(), Some(0));
}

#[test]
fn csv_quotes_follow_the_standard() {
    let folder = folder();
    let content =
        "event,user_id,a,b\n\"x\ny\",u,5\" pipe,\"\"\n\"x\",\"u\",\"a \"\"b\"\" c\",\"\n\n\"\nlast,u,\"open,1\n";
    let path = file(&folder, "e.csv", content);
    let rows = rows(&path);
    assert_eq!(rows[0].event.as_ref().unwrap().event, "x\ny");
    assert_eq!(rows[0].event.as_ref().unwrap().properties.as_str(), r#"{"a":"5\" pipe","b":""}"#);
    assert_eq!(rows[1].event.as_ref().unwrap().properties.as_str(), r#"{"a":"a \"b\" c","b":"\n\n"}"#);
    assert_eq!((rows[2].line, rows[2].event.as_ref().unwrap_err().rejection.code), (7, "row_malformed"));
}

#[test]
fn files_without_what_every_event_needs_are_refused_at_once() {
    let folder = folder();
    for (name, content) in [("e.csv", "event,plan\na,b\n"), ("f.csv", ""), ("g.csv", "event,user_id,distinct_id\n")] {
        let error = open(&file(&folder, name, content), &Options::default()).err().unwrap();
        assert!(matches!(error, Error::Columns { .. }), "{name}: {error}");
    }
    let error = open(&file(&folder, "x", "hello"), &Options::default()).err().unwrap();
    assert!(matches!(error, Error::UnknownFormat(_)));
    assert!(matches!(open(&folder.path().join("none"), &Options::default()).err().unwrap(), Error::Io { .. }));
}

#[test]
fn formats_are_told_by_content_where_names_say_nothing() {
    let folder = folder();
    let cases = [
        ("a", "{\"event\":1}\n", Format::Ndjson),
        ("b.txt", LOG, Format::AccessLog),
        ("c.txt", "user_id,event\nu,e\n", Format::Csv),
        ("d.tsv", "user_id\tevent\nu\te\n", Format::Csv),
        ("e.log", "garbage\n", Format::AccessLog),
    ];
    for (name, content, format) in cases {
        assert_eq!(open(&file(&folder, name, content), &Options::default()).unwrap().format(), format, "{name}");
    }
}

#[test]
fn compressed_files_are_the_same_files() {
    let folder = folder();
    let plain = events(&file(&folder, "e.ndjson", "{\"event\":\"a\",\"user_id\":\"u\"}\n"));
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(b"{\"event\":\"a\",\"user_id\":\"u\"}\n").unwrap();
    let gzip = file(&folder, "e.ndjson.gz", gzip.finish().unwrap());
    let zstd = zstd::encode_all(&b"{\"event\":\"a\",\"user_id\":\"u\"}\n"[..], 1).unwrap();
    let zstd = file(&folder, "e.zst", zstd);
    assert_eq!((events(&gzip), events(&zstd)), (plain.clone(), plain));
    let mut opened = open(&gzip, &Options::default()).unwrap();
    opened.by_ref().for_each(drop);
    assert_eq!(opened.position(), opened.size());
}

#[test]
fn a_file_cut_off_in_the_middle_is_told_where() {
    let folder = folder();
    let lines: String = (0..50_000).map(|index| format!("{{\"event\":\"a\",\"user_id\":\"{index}\"}}\n")).collect();
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(lines.as_bytes()).unwrap();
    let gzip = gzip.finish().unwrap();
    let path = file(&folder, "e.ndjson.gz", &gzip[..gzip.len() / 2]);
    let rows = rows(&path);
    let (last, before) = rows.split_last().unwrap();
    assert_eq!(last.event.as_ref().unwrap_err().rejection.code, "file_unreadable");
    assert!(before.len() > 1_000 && before.iter().all(|row| row.event.is_ok()));
}

fn parquet(folder: &TempDir, distinct_id: &str) -> PathBuf {
    let schema = format!(
        "message events {{ required binary event (UTF8); optional binary {distinct_id} (UTF8); \
         required int64 timestamp (TIMESTAMP_MICROS); required double amount; required boolean trial; \
         optional binary properties (UTF8); }}"
    );
    let schema = std::sync::Arc::new(parse_message_type(&schema).unwrap());
    let path = folder.path().join("e.parquet");
    let output = std::fs::File::create(&path).unwrap();
    let mut writer = SerializedFileWriter::new(output, schema, WriterProperties::builder().build().into()).unwrap();
    let mut group = writer.next_row_group().unwrap();
    let texts = |values: &[&str]| values.iter().map(|value| ByteArray::from(*value)).collect::<Vec<_>>();
    let mut column = group.next_column().unwrap().unwrap();
    column.typed::<ByteArrayType>().write_batch(&texts(&["a", "b", "c"]), None, None).unwrap();
    column.close().unwrap();
    let mut column = group.next_column().unwrap().unwrap();
    column.typed::<ByteArrayType>().write_batch(&texts(&["u1", "u3"]), Some(&[1, 0, 1]), None).unwrap();
    column.close().unwrap();
    let mut column = group.next_column().unwrap().unwrap();
    let times = [1_777_636_800_250_000, 1_777_636_801_000_000, 1_777_636_802_000_000];
    column.typed::<Int64Type>().write_batch(&times, None, None).unwrap();
    column.close().unwrap();
    let mut column = group.next_column().unwrap().unwrap();
    column.typed::<DoubleType>().write_batch(&[1.5, 2.0, f64::NAN], None, None).unwrap();
    column.close().unwrap();
    let mut column = group.next_column().unwrap().unwrap();
    column.typed::<BoolType>().write_batch(&[true, false, true], None, None).unwrap();
    column.close().unwrap();
    let mut column = group.next_column().unwrap().unwrap();
    column.typed::<ByteArrayType>().write_batch(&texts(&[r#"{"x":1}"#]), Some(&[1, 0, 0]), None).unwrap();
    column.close().unwrap();
    group.close().unwrap();
    writer.close().unwrap();
    path
}

#[test]
fn parquet_columns_are_read_like_those_of_csv() {
    let folder = folder();
    let path = parquet(&folder, "distinct_id");
    let rows = rows(&path);
    let first = rows[0].event.as_ref().unwrap();
    assert_eq!((first.event.as_str(), first.distinct_id.as_str()), ("a", "u1"));
    assert_eq!(first.timestamp.unwrap().to_rfc3339(), "2026-05-01T12:00:00.250+00:00");
    assert_eq!(first.properties.as_str(), r#"{"amount":1.5,"trial":true,"x":1}"#);
    assert_eq!((rows[1].line, rows[1].event.as_ref().unwrap_err().rejection.code), (2, "distinct_id_missing"));
    assert_eq!(rows[2].event.as_ref().unwrap().properties.as_str(), r#"{"amount":null,"trial":true}"#);
    assert_eq!(events_ids(&rows), events_ids(&self::rows(&path)));
    let error = open(&parquet(&folder, "who"), &Options::default()).err().unwrap();
    assert!(matches!(error, Error::Columns { .. }));
    let error = open(&file(&folder, "f.parquet", "PAR1 nonsense"), &Options::default()).err().unwrap();
    assert!(matches!(error, Error::Parquet { .. }));
}

fn events_ids(rows: &[Row]) -> Vec<Option<Uuid>> {
    rows.iter().filter_map(|row| row.event.as_ref().ok()).map(|event| event.event_id).collect()
}

proptest! {
    #[test]
    fn no_bytes_make_a_reader_panic(
        rest in "[a,\"\\r\\n;|\\\\é{}\\[\\]:]{0,200}",
        begin in prop::sample::select(vec!["event,user_id,x\n", "{\"event\":\"a\",\"user_id\":\"u\"}\n", "[{\"event\":\"a\"},", "", "sep=|\n"]),
    ) {
        let folder = folder();
        for format in [Format::Csv, Format::Json, Format::Ndjson, Format::AccessLog] {
            let path = file(&folder, "x", format!("{begin}{rest}"));
            let options = Options { format: Some(format), ..Options::default() };
            let Ok(rows) = open(&path, &options) else { continue };
            let rows: Vec<Row> = rows.collect();
            prop_assert!(rows.windows(2).all(|two| two[0].line <= two[1].line));
            let again: Vec<Row> = open(&path, &options).unwrap().collect();
            prop_assert_eq!(rows, again);
        }
    }
}
