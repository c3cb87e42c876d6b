use serde_json::{Value, json};

use super::super::tests::{codes, events, file, folder, rows};
use super::super::{Error, Format, Options, open};

/// Returns the properties of each row of a file of these bytes.
fn properties(content: impl AsRef<[u8]>) -> Vec<Value> {
    let folder = folder();
    let events = events(&file(&folder, "e.csv", content));
    events.iter().map(|event| serde_json::from_str(event.properties.as_str()).unwrap()).collect()
}

/// Returns what the file is told to be, and who did each row's event.
fn read(content: impl AsRef<[u8]>) -> (String, Vec<String>) {
    let folder = folder();
    let opened = open(&file(&folder, "e.csv", content), &Options::default()).unwrap();
    let told = opened.told();
    (told, opened.map(|row| row.event.map_or_else(|refused| refused.to_string(), |event| event.distinct_id)).collect())
}

fn error(content: impl AsRef<[u8]>) -> String {
    let folder = folder();
    let error = open(&file(&folder, "e.csv", content), &Options::default()).err().unwrap();
    assert!(matches!(error, Error::Columns { .. }), "{error}");
    error.to_string()
}

#[test]
fn text_that_its_number_would_not_write_back_stays_text() {
    for text in [
        "1.40",
        "007",
        "1234e56",
        "1e5",
        "+5",
        "NaN",
        "Infinity",
        "0x10",
        "12345678901234567890",
        "-0",
        "1_000",
        "TRUE",
        "1.0",
        "9007199254740993",
        " 5",
        "5 ",
        "1.2.3",
        "2026-11-20",
        "03:04",
        "5%",
        ".5",
        "5.",
        "null",
        "١٢",
    ] {
        let read = properties(format!("event,user_id,p\na,u,{text}\n"));
        assert_eq!(read, [json!({ "p": text })], "{text}");
    }
    // What other parts of the world separate with commas.
    let read = properties("event;user_id;amount;big\na;u;1.234,50;1.000\na;u;12,5;2.000\n");
    assert_eq!(read, [json!({ "amount": "1.234,50", "big": "1.000" }), json!({ "amount": "12,5", "big": "2.000" })]);
    let read = properties("event,user_id,p\na,u,\"1,000\"\n");
    assert_eq!(read, [json!({ "p": "1,000" })]);
    for number in ["0", "-7", "1.4", "11.118521531944147", "9007199254740991", "0.1"] {
        let folder = folder();
        let event = events(&file(&folder, "e.csv", format!("event,user_id,p\na,u,{number}\n"))).remove(0);
        assert_eq!(event.properties.as_str(), format!("{{\"p\":{number}}}"));
    }
}

#[test]
fn a_column_is_of_one_kind_by_all_its_values() {
    let begin: String = (0..5_000).map(|row| format!("a,u,{row},{row},{},true\n", f64::from(row) / 4.0)).collect();
    let content = format!("event,user_id,zip,count,share,flag\n{begin}a,u,01067,7,1.5,false\n");
    let read = properties(&content);
    assert_eq!((&read[0]["zip"], &read[0]["count"], &read[0]["flag"]), (&json!("0"), &json!(0), &json!(true)));
    assert_eq!((&read[5_000]["zip"], &read[5_000]["count"]), (&json!("01067"), &json!(7)));
    assert!(read.iter().all(|row| row["zip"].is_string() && row["count"].is_number()));
    assert!(read.iter().all(|row| row["share"].is_number() && row["flag"].is_boolean()));
    // Rows that are refused decide nothing.
    let read = {
        let folder = folder();
        let path = file(&folder, "e.csv", "event,user_id,n\na,u,1\na,u\na,u,x,y\na,u,2\n");
        assert_eq!(codes(&path).iter().filter(|(_, code)| code == "row_malformed").count(), 2);
        rows(&path).into_iter().filter_map(|row| row.event.ok()).next().unwrap().properties.into_string()
    };
    assert_eq!(read, r#"{"n":1}"#);
}

#[test]
fn quoted_fields_are_text_and_an_empty_one_is_not_nothing() {
    let read = properties("event,user_id,a,b,c\na,u,\"7\",,\"\"\na,u,8,,x\n\"a\",\"u\",\"9\",\"\",\n");
    assert_eq!(read[0], json!({ "a": "7", "c": "" }));
    assert_eq!(read[1], json!({ "a": "8", "c": "x" }));
    assert_eq!(read[2], json!({ "a": "9", "b": "" }));
    let folder = folder();
    let path = file(&folder, "e.csv", "event,user_id\na,\"\"\n");
    assert_eq!(codes(&path), [(2, "distinct_id_missing".to_owned())]);
}

#[test]
fn values_keep_their_spaces_and_line_ends() {
    let read = properties("event,user_id,p,q\r\na,u,\"x\r\ny\", z \r\na,u,\"  \",\"\n\"\r\n");
    assert_eq!(read[0], json!({ "p": "x\r\ny", "q": " z " }));
    assert_eq!(read[1], json!({ "p": "  ", "q": "\n" }));
}

#[test]
fn rows_end_at_any_line_end() {
    let expected = ["u1", "u2", "u3"].map(str::to_owned).to_vec();
    for content in [
        "event,user_id\ra,u1\ra,u2\ra,u3\r",
        "event,user_id\ra,u1\ra,u2\ra,u3",
        "event,user_id\r\na,u1\r\na,u2\r\na,u3\r\n",
        "event,user_id\na,u1\ra,u2\r\na,u3\n",
        "\r\revent,user_id\r\ra,u1\r\r\ra,u2\ra,u3\r",
    ] {
        assert_eq!(read(content).1, expected, "{content:?}");
    }
    let folder = folder();
    let path = file(&folder, "e.csv", "event,user_id\ra,u1\ra,\"u\r2\"\ra\ra,u3");
    let lines: Vec<u64> = rows(&path).iter().map(|row| row.line).collect();
    assert_eq!(lines, [2, 3, 5, 6]);
}

#[test]
fn bars_and_declared_separators_are_known() {
    for (content, told) in [
        ("event|user_id|p,q\na|u1|1,2\n", "\"|\""),
        ("event\tuser_id\tp;q;r\na\tu1\t1\n", "tab"),
        ("sep=;\nevent;user_id;p,q,r,s\na;u1;1\n", "\";\""),
        ("sep=;\r\nevent;user_id\r\na;u1\r\n", "\";\""),
        ("sep=|\revent|user_id\ra|u1\r", "\"|\""),
        ("\u{feff}SEP=\t\nevent\tuser_id\na\tu1\n", "tab"),
        ("\"sep=;\"\nevent;user_id\na;u1\n", "\";\""),
        ("sep=^\nevent^user_id\na^u1\n", "\"^\""),
        ("event;user_id;\"a,b,c,d\"\na;u1;1\n", "\";\""),
    ] {
        assert_eq!(read(content), (format!("CSV separated by {told}"), vec!["u1".to_owned()]), "{content:?}");
        let folder = folder();
        let unnamed = open(&file(&folder, "export", content), &Options::default()).unwrap();
        assert_eq!(unnamed.format(), Format::Csv, "told by its content: {content:?}");
    }
}

#[test]
fn names_that_are_empty_or_there_twice_are_told_apart() {
    let content = "event,user_id,,plan, plan ,,plan_2\na,u,1,x,y,2,z\n";
    let read = properties(content);
    assert_eq!(read[0], json!({ "column_3": 1, "plan": "x", "plan_2": "y", "column_6": 2, "plan_2_2": "z" }));
    let folder = folder();
    let opened = open(&file(&folder, "e.csv", content), &Options::default()).unwrap();
    let notes = opened.notes().join("\n");
    assert!(notes.contains("column 3 has no name and becomes \"column_3\""), "{notes}");
    assert!(notes.contains("column 5 is named \"plan\" like another and becomes \"plan_2\""), "{notes}");
    assert!(notes.contains("no column is named timestamp"), "{notes}");
    // Separators behind the last column are no column of the rows.
    assert_eq!(properties("event,user_id,p,,\na,u,1,,\n"), [json!({ "p": 1 })]);
    assert_eq!(properties("event,user_id,p\na,u,1,,\n"), [json!({ "p": 1 })]);
}

#[test]
fn what_makes_no_events_is_told_with_the_columns() {
    let told = error("event,user_id,x,distinct_id\n");
    assert!(told.contains("columns 2 (\"user_id\") and 4 (\"distinct_id\") both say who did it"), "{told}");
    let told = error("name,when\na,b\n");
    assert!(told.contains("no column is named event or event_name; there are 2: name, when"), "{told}");
    assert!(error("").contains("the file is empty"));
    assert!(error("\r\n\r\n").contains("the file is empty"));
    assert!(error("sep=;\n").contains("no row with the names"));
    assert!(error("event,\"user_id\na,b\n").contains("a quote is opened and not closed"));
}

#[test]
fn other_encodings_are_found_or_named() {
    let expected = vec!["René".to_owned(), "Müller".to_owned()];
    let text = "event,user_id\na,René\na,Müller\n";
    let latin: Vec<u8> = text.chars().map(|char| u8::try_from(u32::from(char)).unwrap()).collect();
    assert_eq!(read(&latin), ("CSV separated by \",\", windows-1252".to_owned(), expected.clone()));
    let little: Vec<u8> = "\u{feff}".chars().chain(text.chars()).flat_map(|char| (char as u16).to_le_bytes()).collect();
    let big: Vec<u8> = "\u{feff}".chars().chain(text.chars()).flat_map(|char| (char as u16).to_be_bytes()).collect();
    let tabs: Vec<u8> = text.replace(',', "\t").encode_utf16().flat_map(u16::to_le_bytes).collect();
    for content in [format!("\u{feff}{text}").into_bytes(), little, big, tabs] {
        assert_eq!(read(&content).1, expected, "{:?}", &content[..8]);
    }
    let folder = folder();
    let path = file(&folder, "e.csv", b"event,user_id\na,\xd0\xd2\na,\xd0\n");
    let named = Options { encoding: Some("iso-8859-5".parse().unwrap()), ..Options::default() };
    let who: Vec<String> = open(&path, &named).unwrap().map(|row| row.event.unwrap().distinct_id).collect();
    assert_eq!(who, ["ав", "а"], "what is named counts");
    assert!("klingon".parse::<super::super::Encoding>().is_err());
}

#[test]
fn quotes_behind_backslashes_are_read_where_doubled_ones_are_not_meant() {
    let read = properties(
        r#"event,user_id,properties
a,u,"{\"plan\":\"pro\",\"path\":\"C:\\\\x\"}"
a,u,"{\"plan\":\"free\"}"
"#,
    );
    assert_eq!(read, [json!({ "plan": "pro", "path": "C:\\x" }), json!({ "plan": "free" })]);
    let read = properties("event,user_id,p\na,u,\"C:\\\"\na,u,\"say \"\"hi\"\"\"\n");
    assert_eq!(read, [json!({ "p": "C:\\" }), json!({ "p": "say \"hi\"" })], "a backslash is one elsewhere");
    let folder = folder();
    let path = file(&folder, "e.csv", "event,user_id,p\na,u,\"x\" y\na,u,z\n");
    assert_eq!(codes(&path)[0], (2, "row_malformed".to_owned()), "what is behind a quote is not put together");
}

#[test]
fn exports_of_posthog_are_recognised() {
    let folder = folder();
    let content = "uuid,event,properties,distinct_id,team_id,timestamp,created_at,elements_chain,person_id,person_properties\n\
        0190a5d4-8f5e-7cc0-9f3e-1a2b3c4d5e6f,$pageview,\"{\"\"$current_url\"\":\"\"https://e.org/\"\",\"\"n\"\":1.40}\",ada,7,\
        2026-02-20 08:00:00.123456,2026-02-20 08:00:01,a:href,018f,\"{\"\"plan\"\":\"\"pro\"\"}\"\n";
    let opened = open(&file(&folder, "e.csv", content), &Options::default()).unwrap();
    assert_eq!(opened.told(), "CSV separated by \",\", an export of PostHog");
    let event = opened.map(|row| row.event.unwrap()).next().unwrap();
    assert_eq!(event.event_id.unwrap().to_string(), "0190a5d4-8f5e-7cc0-9f3e-1a2b3c4d5e6f");
    assert_eq!(event.timestamp.unwrap().to_rfc3339(), "2026-02-20T08:00:00.123456+00:00");
    let expected = r#"{"$elements_chain":"a:href","$person_id":"018f","$current_url":"https://e.org/","n":1.40}"#;
    assert_eq!(event.properties.as_str(), expected);
    assert_eq!(event.set.unwrap().as_str(), r#"{"plan":"pro"}"#);
    let quiet = content.replace(",a:href,018f,", ",\"\",018f,");
    let event = events(&file(&folder, "g.csv", quiet)).remove(0);
    assert!(!event.properties.as_str().contains("$elements_chain"), "{:?}", event.properties);
    // The page's own table of events: a column for each property.
    let flat = "uuid,event,distinct_id,timestamp,person_id,properties.$os,properties.plan\n,a,u,2026-02-20T08:00:00Z,018f,iOS,\n";
    let event = events(&file(&folder, "f.csv", flat)).remove(0);
    assert_eq!(event.properties.as_str(), r#"{"$person_id":"018f","$os":"iOS"}"#);
}

#[test]
fn addresses_of_a_column_are_read_and_others_told() {
    let folder = folder();
    let content = "event,user_id,ip\na,u,203.0.113.7:51234\na,u,[2001:db8::1]:443\na,u,-\na,u,here\n";
    let rows = rows(&file(&folder, "e.csv", content));
    let ip = |row: usize| rows[row].event.as_ref().unwrap().ip.clone();
    assert_eq!((ip(0), ip(1), ip(2)), (Some("203.0.113.7".into()), Some("2001:db8::1".into()), None));
    assert_eq!(rows[3].event.as_ref().unwrap_err().rejection.field.as_deref(), Some("ip"));
}

#[test]
fn times_without_a_zone_are_of_the_zone_that_is_named() {
    let folder = folder();
    let path = file(&folder, "e.csv", "event,user_id,timestamp\na,u,2026-07-01 12:00:00\na,u,20.11.2025\n");
    let options = Options { time_zone: Some(chrono_tz::Europe::Berlin), ..Options::default() };
    let rows: Vec<_> = open(&path, &options).unwrap().collect();
    let time = rows[0].event.as_ref().unwrap().timestamp.unwrap();
    assert_eq!(time.to_rfc3339(), "2026-07-01T10:00:00+00:00");
    let refused = rows[1].event.as_ref().unwrap_err();
    assert_eq!((refused.rejection.code, refused.rejection.field.as_deref()), ("timestamp_invalid", Some("timestamp")));
    assert!(refused.rejection.reason.contains("\"20.11.2025\""), "{refused}");
}
