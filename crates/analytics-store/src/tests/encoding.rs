//! Bytes and texts as ClickHouse reads them.

use analytics_model::{Value, sql};
use chrono::{DateTime, NaiveDate};
use uuid::Uuid;

use crate::parameters::{Bound, bind};
use crate::request::form;
use crate::{Block, Column, Error, Texts};

/// What the engine (ClickHouse 26.7) wrote for `select … format Native` with these values in this order.
const GOLDEN: &str = "0b01017406537472696e670161017504555549447766554433221100ffeeddccbbaa99880169144461746554696d653634\
    28332c2027555443272970a2b1f8a1010000016404446174652951016204426f6f6c010275380555496e74380103753136065549\
    6e7431360200037533320655496e74333203000000037536340655496e743634ffffffffffffffff0369363405496e743634fcff\
    ffffffffffff0366363407466c6f61743634000000000000f83f";

#[test]
fn a_block_has_the_bytes_that_clickhouse_writes() {
    let id: Uuid = "00112233-4455-6677-8899-aabbccddeeff".parse().expect("a UUID");
    let instant = DateTime::parse_from_rfc3339("2026-11-20T11:22:33.456Z").expect("an instant").timestamp_millis();
    let block = Block::new()
        .column("t", Column::Text(["a"].into_iter().collect()))
        .column("u", Column::Uuid(vec![id]))
        .column("i", Column::Instant(vec![instant]))
        .column("d", Column::Date(vec![20_777]))
        .column("b", Column::Bool(vec![true]))
        .column("u8", Column::UInt8(vec![1]))
        .column("u16", Column::UInt16(vec![2]))
        .column("u32", Column::UInt32(vec![3]))
        .column("u64", Column::UInt64(vec![u64::MAX]))
        .column("i64", Column::Int64(vec![-4]))
        .column("f64", Column::Float64(vec![1.5]));

    let bytes: Vec<u8> = block.encode().expect("equal columns").concat();

    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(hex, GOLDEN);
}

#[test]
fn long_texts_and_many_rows_have_long_lengths() {
    let mut texts = Texts::default();
    texts.push("");
    texts.push(&"x".repeat(300));
    assert_eq!((texts.len(), texts.bytes(), texts.is_empty()), (2, 1 + 2 + 300, false));

    let block = Block::new().column("t", Column::Text(texts));

    let bytes: Vec<u8> = block.encode().expect("one column").concat();
    assert_eq!(&bytes[..16], b"\x01\x02\x01t\x06String\x00\xac\x02xx");
}

#[test]
fn rows_are_sent_in_the_order_that_is_asked_for() {
    let values = || Block::new().column("t", Column::Text(["a", "", "ccc"].into_iter().collect()));
    let block = |order: &[u32]| {
        values()
            .column("n", Column::UInt16(vec![10, 20, 30]))
            .column("b", Column::UInt8(vec![1, 2, 3]))
            .in_order(order.to_vec())
    };

    let bytes = block(&[2, 0, 1]).encode().expect("an order").concat();
    assert_eq!(
        bytes,
        b"\x03\x03\x01t\x06String\x03ccc\x01a\x00\x01n\x06UInt16\x1e\0\x0a\0\x14\0\x01b\x05UInt8\x03\x01\x02"
    );

    for none in [&[0, 1][..], &[0, 1, 3], &[0, 1, 1], &[0, 1, 2, 2]] {
        assert!(matches!(block(none).encode(), Err(Error::Block(_))), "{none:?}");
    }
}

#[test]
fn columns_of_different_length_and_odd_names_are_refused() {
    let uneven = Block::new().column("a", Column::UInt8(vec![1])).column("b", Column::UInt8(vec![]));
    let odd = Block::new().column("a`b", Column::UInt8(vec![1]));

    assert!(matches!(uneven.encode(), Err(Error::Block(_))));
    assert!(odd.encode().is_err());
}

fn text_of(value: impl Into<Value>) -> String {
    let bound = bind(&sql("select {x:String}").bind("x", value)).expect("bindable");
    assert_eq!(bound.text, "select {x:String}");
    assert_eq!(bound.fields[0].0, "param_x");
    bound.fields[0].1.clone()
}

#[test]
fn values_are_written_as_tab_separated_fields() {
    let instant = DateTime::from_timestamp_millis(-1).expect("an instant");
    let date = NaiveDate::from_ymd_opt(2026, 1, 2).expect("a date");
    assert_eq!(text_of("a\\N\tb\n\r'\0ü"), r"a\\N\tb\n\r\'\0ü");
    assert_eq!(text_of(None::<String>), r"\N");
    assert_eq!(text_of(-5_i64), "-5");
    assert_eq!(text_of(u64::MAX), "18446744073709551615");
    assert_eq!([text_of(1.5), text_of(1e300), text_of(0.1)], ["1.5", "1e300", "0.1"]);
    assert_eq!(text_of(instant), "1969-12-31 23:59:59.999");
    assert_eq!(text_of(date), "2026-01-02");
    assert_eq!(text_of(Uuid::nil()), "00000000-0000-0000-0000-000000000000");
}

#[test]
fn lists_hold_quoted_values() {
    let mixed = Value::List(vec![Value::Null, "it's\t".into(), 1_u64.into(), Value::List(vec![])]);

    assert_eq!(text_of(mixed), r"[NULL,'it\'s\t',1,[]]");
    assert_eq!(text_of(Vec::<String>::new()), "[]");
    assert_eq!(text_of(vec![NaiveDate::MIN; 0]), "[]");
    assert_eq!(text_of(vec![Uuid::nil()]), "['00000000-0000-0000-0000-000000000000']");
}

#[test]
fn a_number_that_is_none_is_refused_by_the_parameters_name() {
    let error = bind(&sql("select {x:Float64}").bind("x", f64::NAN)).err().expect("refused");

    assert_eq!(error.to_string(), "parameter x: a number must be finite");
}

#[test]
fn a_long_list_is_bound_in_pieces() {
    let items: Vec<String> = (0..5_000).map(|number| format!("{number:036}")).collect();
    let statement = sql("select * from t where id in {ids:Array(String)} and {ids:Array(String)}[1] = {y:String}");

    let Bound { text, fields } = bind(&statement.bind("ids", items.clone()).bind("y", "y")).expect("bindable");

    assert_eq!(
        text,
        "select * from t where id in arrayConcat({ids__0:Array(String)}, {ids__1:Array(String)}) \
         and arrayConcat({ids__0:Array(String)}, {ids__1:Array(String)})[1] = {y:String}"
    );
    let names: Vec<&str> = fields.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["param_ids__0", "param_ids__1", "param_y"]);
    let inner = |field: &str| field.trim_matches(['[', ']']).to_owned();
    let expected: Vec<String> = items.iter().map(|item| format!("'{item}'")).collect();
    assert_eq!(format!("{},{}", inner(&fields[0].1), inner(&fields[1].1)), expected.join(","));
    assert!(fields.iter().all(|(_, field)| field.len() < 128 * 1024 && field.trim_end() == field));
}

#[test]
fn a_form_has_a_part_for_each_field() {
    let fields = [("param_x".to_owned(), "['a\\n']".to_owned()), ("query".to_owned(), "select\n1".to_owned())];

    assert_eq!(
        form("b", &fields),
        "--b\r\ncontent-disposition: form-data; name=\"param_x\"\r\n\r\n['a\\n']\r\n\
         --b\r\ncontent-disposition: form-data; name=\"query\"\r\n\r\nselect\n1\r\n--b--\r\n"
    );
}
