use proptest::prelude::*;

use super::super::tests::{codes, events, file, folder, rows};
use super::super::{Format, Options, open};
use super::*;

pub(in super::super) const SAMPLE: &str = r#"192.0.2.1 - - [17/May/2015:10:05:03 +0200] "GET /a/b?x=1 HTTP/1.1" 200 1234 "http://example.com/" "Mozilla/5.0 (X11; Linux x86_64; rv:24.0) Gecko/20140205 Firefox/24.0"
192.0.2.1 - bob smith [17/May/2015:10:05:04 +0000] "GET /logo.png HTTP/1.1" 200 5 "-" "-"
not a log line
192.0.2.2 - - [17/May/2015:10:05:05 +0000] "POST /form.php HTTP/1.0" 302 -
192.0.2.3 - - [17/May/2015:10:05:05 +0000] "GET /x.css HTTP/1.0" 200 1 "-" "cut o
host.example - - [17/May/2015:10:05:06 +0000] "-" 408 0 "-" "a \"quoted\" \x41gent"
"#;

#[test]
fn log_lines_become_page_views_and_requests() {
    let folder = folder();
    let path = file(&folder, "access.log", SAMPLE);
    let rows = rows(&path);
    assert_eq!(open(&path, &Options::default()).unwrap().format(), Format::AccessLog);
    let first = rows[0].event.as_ref().unwrap();
    assert_eq!((first.event.as_str(), first.distinct_id.as_str()), ("$pageview", "192.0.2.1"));
    assert_eq!(first.timestamp.unwrap().to_rfc3339(), "2015-05-17T08:05:03+00:00");
    let expected = r#"{"$current_url":"/a/b?x=1","$lib":"access_log","$referrer":"http://example.com/","bytes":1234,"method":"GET","protocol":"HTTP/1.1","status":200}"#;
    assert_eq!(first.properties.as_str(), expected);
    let second = rows[1].event.as_ref().unwrap();
    assert_eq!((second.event.as_str(), second.user_agent.as_deref()), ("request", None));
    assert!(second.properties.as_str().contains(r#""remote_user":"bob smith""#));
    let third = rows[2].event.as_ref().unwrap_err();
    assert_eq!(
        (rows[2].line, third.rejection.code, third.snippet.as_str()),
        (3, "log_line_malformed", "not a log line")
    );
    assert_eq!(rows[3].event.as_ref().unwrap().event, "request");
    assert_eq!(rows[4].event.as_ref().unwrap().user_agent.as_deref(), Some("cut o"));
    let last = rows[5].event.as_ref().unwrap();
    assert_eq!((last.ip.as_deref(), last.user_agent.as_deref()), (None, Some("a \"quoted\" Agent")));
}

#[test]
fn page_views_follow_the_published_rule() {
    let folder = folder();
    let cases = [
        ("GET /", 200, true),
        ("GET /a/", 304, true),
        ("GET /a?file=x.png", 200, true),
        ("GET /a#x.png", 200, true),
        ("GET /a.b/c", 200, true),
        ("GET /index.HTML?x", 200, true),
        ("GET /x.php", 200, true),
        ("GET /x.png", 200, false),
        ("GET /robots.txt", 200, false),
        ("GET /project-2.20", 200, false),
        ("GET /", 301, false),
        ("GET /", 206, false),
        ("HEAD /", 200, false),
        ("POST /", 200, false),
    ];
    for (request, status, is_page) in cases {
        let line = format!(r#"::1 - - [17/May/2015:10:05:03 +0000] "{request} HTTP/1.1" {status} 1"#);
        let path = file(&folder, "x.log", line);
        assert_eq!(events(&path)[0].event == "$pageview", is_page, "{request} {status}");
    }
}

#[test]
fn a_site_makes_whole_addresses() {
    let folder = folder();
    let path = file(&folder, "access.log", SAMPLE);
    let options = Options { site: Some("https://example.org/".into()), ..Options::default() };
    let first = open(&path, &options).unwrap().next().unwrap().event.unwrap();
    assert!(first.properties.as_str().contains(r#""$current_url":"https://example.org/a/b?x=1""#));
}

/// Reads a file of these lines; returns who asked in each, or why it is refused.
fn clients(content: &str) -> Vec<String> {
    let folder = folder();
    let told =
        |row: super::super::Row| row.event.map_or_else(|refused| format!("! {refused}"), |event| event.distinct_id);
    rows(&file(&folder, "access.log", content)).into_iter().map(told).collect()
}

const TIME: &str = "[20/Nov/2026:09:30:00 +0100]";
const REST: &str = r#""GET /a?b HTTP/1.1" 200 5 "-" "Mozilla/5.0""#;

/// Writes lines with these beginnings.
fn log(fronts: &[&str]) -> String {
    fronts.iter().map(|front| format!("{front} {TIME} {REST}\n")).collect()
}

#[test]
fn what_stands_before_the_address_is_not_who_asked() {
    for (fronts, client) in [
        (&["www.example.com:443 198.51.100.9 - -"][..], "198.51.100.9"),
        (&["www.example.com 198.51.100.9 - -"], "198.51.100.9"),
        (&["www.example.com:443 198.51.100.9 - ada lovelace"], "198.51.100.9"),
        (&["203.0.113.5:443 198.51.100.9 - -"], "198.51.100.9"),
        (&["[2001:db8::5]:443 198.51.100.9 - -"], "198.51.100.9"),
        (&["www.example.com:80 2001:db8::9 - -"], "2001:db8::9"),
        (&["www.example.com:80 dsl-9.isp.example - -"], "dsl-9.isp.example"),
        (&["www.example.com dsl-9.isp.example - -"], "dsl-9.isp.example"),
        (&["www.example.com 198.51.100.9 -"], "198.51.100.9"),
        (&["198.51.100.9, 203.0.113.1 10.0.0.1 - -"], "203.0.113.1"),
        (&["198.51.100.9, 10.0.0.2 10.0.0.1 - -"], "198.51.100.9"),
        (&["198.51.100.9 10.0.0.1 - -"], "198.51.100.9"),
        (&["10.0.0.1 198.51.100.9 - -"], "198.51.100.9"),
        (&["10.0.0.1 (198.51.100.9, 10.1.1.1) - -"], "198.51.100.9"),
        (&["- 198.51.100.9 - -", "203.0.113.9 10.0.0.1 - -"], "198.51.100.9"),
        (&["198.51.100.9:51234 10.0.0.1 - -"], "198.51.100.9"),
        (&["\"198.51.100.9, 10.0.0.2\" - -"], "198.51.100.9"),
        (&["198.51.100.9 - -"], "198.51.100.9"),
        (&["198.51.100.9 - ada lovelace"], "198.51.100.9"),
        (&["198.51.100.9 identity ada"], "198.51.100.9"),
        (&["dsl-9.isp.example - -"], "dsl-9.isp.example"),
        (&["Nov 20 09:30:00 web1 nginx: 198.51.100.9 - -"], "198.51.100.9"),
        (&["nginx-1  | 198.51.100.9 - -"], "198.51.100.9"),
        (&["::1 - -"], "::1"),
        (&["::ffff:198.51.100.9 - -"], "198.51.100.9"),
    ] {
        assert_eq!(clients(&log(fronts))[0], client, "{fronts:?}");
    }
}

#[test]
fn one_layout_holds_for_a_file_and_other_lines_are_refused() {
    let content = log(&[
        "www.example.com:443 198.51.100.9 - -",
        "www.example.com:443 198.51.100.8 - -",
        "198.51.100.7 - -",
        "- - -",
    ]);
    let read = clients(&content);
    assert_eq!(read[..2], ["198.51.100.9", "198.51.100.8"]);
    assert!(read[2..].iter().all(|client| client.starts_with("! ")), "{read:?}");
    for line in [
        "12345 - -",
        "- - -",
        "a b c d e",
        "www.example.com:443 - -",
        "https://www.example.com - -",
        "198.51.100.9",
        "Nov 20 09:30:00 web1 198.51.100.9 - -",
    ] {
        let content = log(&["198.51.100.7 - -", "198.51.100.7 - -", line]);
        assert!(clients(&content)[2].starts_with("! "), "{line}: {:?}", clients(&content));
    }
    let folder = folder();
    let path = file(&folder, "access.log", log(&["198.51.100.7 - -", "www.example.com:443 198.51.100.9 - -"]));
    let forced = Options { format: Some("vhost_combined".parse().unwrap()), ..Options::default() };
    let told: Vec<bool> = open(&path, &forced).unwrap().map(|row| row.event.is_ok()).collect();
    assert_eq!(told, [false, true], "the layout that is named holds");
    assert!("apache9".parse::<Format>().unwrap_err().contains("vhost_combined"));
}

#[test]
fn what_stands_behind_the_user_agent_does_not_matter() {
    for rest in [
        r#" 812 5123"#,
        r#" 0.005 0.004 . "#,
        r#" "-""#,
        r#" "-" rt=0.005 uct="0.000" urt="0.005""#,
        r#" 12 "router@docker" "http://10.0.0.5:80" 3ms"#,
        r#" **0/4211**"#,
    ] {
        let line = format!("198.51.100.9 - - {TIME} {REST}{rest}\n");
        let folder = folder();
        let event = events(&file(&folder, "access.log", line)).remove(0);
        assert_eq!(
            (event.distinct_id.as_str(), event.user_agent.as_deref()),
            ("198.51.100.9", Some("Mozilla/5.0")),
            "{rest}"
        );
        assert_eq!(event.timestamp.unwrap().to_rfc3339(), "2026-11-20T08:30:00+00:00");
    }
    // nginx writes what a proxy forwarded last: it counts where the address is a proxy's.
    assert_eq!(clients(&format!("10.0.0.1 - - {TIME} {REST} \"198.51.100.9\"\n")), ["198.51.100.9"]);
    assert_eq!(clients(&format!("203.0.113.1 - - {TIME} {REST} \"198.51.100.9\"\n")), ["203.0.113.1"]);
    assert_eq!(
        clients(&format!("10.0.0.1 - - {TIME} {REST} \"10.0.0.5:8080\"\n")),
        ["10.0.0.1"],
        "a server that was asked"
    );
    // A duration in front of the request, fractions of seconds, no zone.
    assert_eq!(clients(&format!("198.51.100.9 - - {TIME} 561 {REST}\n")), ["198.51.100.9"]);
    assert_eq!(clients(&format!("198.51.100.9 - - [20/Nov/2026:09:30:00.123 +0100] {REST}\n")), ["198.51.100.9"]);
    assert_eq!(clients(&format!("198.51.100.9 - - [2026-11-20T09:30:00+01:00] {REST}\n")), ["198.51.100.9"]);
}

#[test]
fn escaped_quotes_end_no_text() {
    let folder = folder();
    let line = format!(
        r#"198.51.100.9 - - {TIME} "GET /\"x\" HTTP/1.1" 200 5 "http://e.org/?q=\x22a\x22" "a \"b\" \\ c\xC3\xA9""#
    );
    let event = events(&file(&folder, "access.log", line)).remove(0);
    assert_eq!(event.user_agent.as_deref(), Some("a \"b\" \\ cé"));
    let properties: serde_json::Value = serde_json::from_str(event.properties.as_str()).unwrap();
    assert_eq!(
        (&properties["$current_url"], &properties["$referrer"]),
        (&"/\"x\"".into(), &"http://e.org/?q=\"a\"".into())
    );
}

#[test]
fn the_sites_host_makes_an_address_where_its_scheme_is_known() {
    for (front, url, host) in [
        ("www.example.com:443 198.51.100.9 - -", "https://www.example.com/a?b", "www.example.com"),
        ("www.example.com:80 198.51.100.9 - -", "http://www.example.com/a?b", "www.example.com"),
        ("www.example.com 198.51.100.9 - -", "/a?b", "www.example.com"),
        ("www.example.com:8080 198.51.100.9 - -", "/a?b", "www.example.com:8080"),
        ("_ 198.51.100.9 - -", "/a?b", ""),
    ] {
        let folder = folder();
        let event = events(&file(&folder, "access.log", log(&[front]))).remove(0);
        let properties: serde_json::Value = serde_json::from_str(event.properties.as_str()).unwrap();
        assert_eq!(properties["$current_url"], url, "{front}");
        assert_eq!(properties["$host"].as_str().unwrap_or_default(), host, "{front}");
    }
}

const IIS: &str = "#Software: Microsoft Internet Information Services 10.0\r
#Version: 1.0\r
#Date: 2026-11-20 08:30:00\r
#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) sc-status sc-substatus sc-win32-status time-taken\r
2026-11-20 08:30:00 10.0.0.4 GET /a b=1 443 - 198.51.100.9 Mozilla/5.0+(Windows+NT+10.0) https://e.org/ 200 0 0 15\r
2026-11-20 08:30:01 10.0.0.4 POST /a - 443 - 198.51.100.9 - - 302 0 0 15\r
#Fields: date time c-ip cs-method cs-uri-stem sc-status\r
2026-11-20 08:30:02 2001:db8::9 GET /c 200\r
2026-11-20 08:30:02 2001:db8::9 GET 200\r
";

const CLOUDFRONT: &str = "#Version: 1.0
#Fields: date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status cs(Referer) cs(User-Agent) cs-uri-query cs(Cookie) x-edge-result-type x-edge-request-id x-host-header cs-protocol cs-bytes time-taken x-forwarded-for
2026-11-20\t08:30:00\tFRA2\t2390\t198.51.100.9\tGET\td111.cloudfront.net\t/a\t200\thttps://e.org/%3Fq=x%2520y\tMozilla/5.0%20(X11;%20Linux)\tb=1\t-\tHit\tid==\twww.example.com\thttps\t23\t0.001\t-
";

const AMAZON: &str = r#"https 2026-11-20T08:30:00.186641Z app/my-lb/50dc6c495c0c9188 198.51.100.9:2817 10.0.0.1:80 0.000 0.001 0.000 200 200 34 366 "GET https://www.example.com:443/a?b=1 HTTP/1.1" "Mozilla/5.0 (X11)" ECDHE TLSv1.2 arn:x "Root=1-58" "-" "-" 0 2026-11-20T08:30:00.186641Z "forward" "-" "-"
2026-11-20T08:30:00.945958Z my-loadbalancer 2001:db8::9:2817 10.0.0.1:80 0.000073 0.001048 0.000057 200 200 0 29 "GET http://www.example.com:80/c HTTP/1.1" "curl/7.38.0" - -
http 2026-11-20T08:30:00.186641Z app/my-lb/50dc6c495c0c9188 198.51.100.9:2817 - -1 -1 -1 460 - 34 0 "- http://www.example.com:80- -" "-" - -
"#;

const HAPROXY: &str = r#"Nov 20 09:30:00 lb haproxy[14389]: 198.51.100.9:33317 [20/Nov/2026:09:30:00.655] http-in static/srv1 10/0/30/69/109 200 2750 - - ---- 1/1/1/1/0 0/0 {www.example.com|Mozilla/5.0 (X11)} {} "GET /a?b=1 HTTP/1.1"
Nov 20 09:30:00 lb haproxy[14389]: 198.51.100.8:33317 [20/Nov/2026:09:30:01.655] http-in http-in/<NOSRV> -1/-1/-1/-1/0 400 187 - - PR-- 1/1/0/0/0 0/0 "<BADREQ>"
Nov 20 09:30:00 lb haproxy[14389]: Server static/srv1 is DOWN
"#;

const CADDY: &str = r#"{"level":"info","ts":1795163400.5,"logger":"http.log.access","msg":"handled request","request":{"remote_ip":"10.0.0.1","remote_port":"41342","client_ip":"198.51.100.9","proto":"HTTP/2.0","method":"GET","host":"www.example.com","uri":"/a?b=1","headers":{"User-Agent":["Mozilla/5.0 (X11)"],"Referer":["https://e.org/"]},"tls":{"version":772}},"bytes_read":0,"user_id":"","duration":0.000929675,"size":10900,"status":200,"resp_headers":{"Server":["Caddy"]}}
{"level":"info","ts":1795163400.5,"msg":"serving initial configuration"}
"#;

const NGINX: &str = r#"{"time_iso8601":"2026-11-20T09:30:00+01:00","remote_addr":"198.51.100.9","remote_user":"","request":"GET /a?b=1 HTTP/1.1","status":"200","body_bytes_sent":"10900","request_time":"0.005","http_referrer":"https://e.org/","http_user_agent":"Mozilla/5.0 (X11)","host":"www.example.com","scheme":"https"}
"#;

const TRAEFIK: &str = r#"{"ClientAddr":"198.51.100.9:5123","ClientHost":"198.51.100.9","DownstreamContentSize":10900,"DownstreamStatus":200,"Duration":123,"RequestHost":"www.example.com","RequestMethod":"GET","RequestPath":"/a?b=1","RequestProtocol":"HTTP/2.0","RequestScheme":"https","StartUTC":"2026-11-20T08:30:00.5Z","level":"info","request_Referer":"https://e.org/","request_User-Agent":"Mozilla/5.0 (X11)","time":"2026-11-20T08:30:00Z"}
"#;

const GOOGLE: &str = r#"{"httpRequest":{"latency":"0.05s","remoteIp":"198.51.100.9","requestMethod":"GET","requestUrl":"https://www.example.com/a?b=1","responseSize":"10900","status":200,"userAgent":"Mozilla/5.0 (X11)","referer":"https://e.org/"},"insertId":"x","timestamp":"2026-11-20T08:30:00.5Z","resource":{"type":"http_load_balancer"}}
"#;

const CLOUDFRONT_JSON: &str = r#"{"date":"2026-11-20","time":"08:30:00","c-ip":"198.51.100.9","cs-method":"GET","cs-uri-stem":"/a?b=1","sc-status":"200","sc-bytes":"10900","cs(Referer)":"https://e.org/","cs(User-Agent)":"Mozilla/5.0 (X11)","x-host-header":"www.example.com","cs-protocol":"https"}
"#;

#[test]
fn other_servers_and_balancers_are_known() {
    for (name, content, rows) in [
        ("iis", IIS, 4),
        ("cloudfront", CLOUDFRONT, 1),
        ("amazon", AMAZON, 3),
        ("haproxy", HAPROXY, 3),
        ("caddy", CADDY, 2),
        ("nginx", NGINX, 1),
        ("traefik", TRAEFIK, 1),
        ("google", GOOGLE, 1),
        ("cloudfront as JSON", CLOUDFRONT_JSON, 1),
    ] {
        let folder = folder();
        let path = file(&folder, "requests", content);
        assert_eq!(open(&path, &Options::default()).unwrap().format(), Format::AccessLog, "{name}");
        let read = super::super::tests::rows(&path);
        assert_eq!(read.len(), rows, "{name}");
        let first = read[0].event.as_ref().unwrap();
        assert_eq!((first.event.as_str(), first.distinct_id.as_str()), ("$pageview", "198.51.100.9"), "{name}");
        assert_eq!(first.ip.as_deref(), Some("198.51.100.9"), "{name}");
        let agent = first.user_agent.as_deref().unwrap();
        assert!(agent.starts_with("Mozilla/5.0 ("), "{name}: {agent}");
        let properties: serde_json::Value = serde_json::from_str(first.properties.as_str()).unwrap();
        let url = properties["$current_url"].as_str().unwrap();
        assert!(url.ends_with("/a?b=1"), "{name}: {url}");
        if !matches!(name, "iis" | "haproxy") {
            assert_eq!(url, "https://www.example.com/a?b=1", "{name}");
        }
        let minute = if name == "haproxy" { "2026-11-20T09:30:00" } else { "2026-11-20T08:30:00" };
        assert!(first.timestamp.unwrap().to_rfc3339().starts_with(minute), "{name}: {:?}", first.timestamp);
    }
    let folder = folder();
    let read = codes(&file(&folder, "iis.log", IIS));
    let expected = [(5, "$pageview"), (6, "request"), (8, "$pageview"), (9, "log_line_malformed")];
    assert_eq!(read, expected.map(|(line, code)| (line, code.to_owned())));
    let read = codes(&file(&folder, "haproxy.log", HAPROXY));
    assert_eq!(read[2], (3, "log_line_malformed".to_owned()));
    let amazon = events(&file(&folder, "elb.log", AMAZON));
    assert_eq!((amazon[1].distinct_id.as_str(), amazon[2].event.as_str()), ("2001:db8::9", "request"));
    let cloudfront = events(&file(&folder, "cf.gz.log", CLOUDFRONT)).remove(0);
    assert!(
        cloudfront.properties.as_str().contains(r#""$referrer":"https://e.org/?q=x y""#),
        "{:?}",
        cloudfront.properties
    );
    let berlin = Options { time_zone: Some(chrono_tz::Europe::Berlin), ..Options::default() };
    let first = open(&file(&folder, "haproxy.log", HAPROXY), &berlin).unwrap().next().unwrap().event.unwrap();
    assert_eq!(first.timestamp.unwrap().to_rfc3339(), "2026-11-20T08:30:00.655+00:00");
}

#[test]
fn a_log_without_its_fields_is_refused() {
    let folder = folder();
    let path =
        file(&folder, "iis.log", "2026-11-20 08:30:00 10.0.0.4 GET /a - 443 - 198.51.100.9 Mozilla/5.0 - 200 0 0 15\n");
    assert_eq!(codes(&path), [(1, "log_line_malformed".to_owned())]);
    let forced = Options { format: Some("iis".parse().unwrap()), ..Options::default() };
    let refused = open(&path, &forced).unwrap().next().unwrap().event.unwrap_err();
    assert!(refused.rejection.reason.contains("#Fields"), "{refused}");
}

proptest! {
    #[test]
    fn no_line_makes_a_reader_panic(line in "[ -~\\\\\"\\[\\]é\\x00\\t]{0,120}", text in any::<String>()) {
        for layout in LAYOUTS {
            let mut reader = Reader::new(layout, Some(chrono_tz::Europe::Berlin));
            for line in [&line, &text] {
                let _ = reader.entry(line);
                let _ = reader.entry(&format!("::1 - - [17/May/2015:10:05:03 +0000] {line}"));
                let _ = reader.entry(&format!("#Fields: {line}"));
                let _ = reader.entry(&format!("http 2026-11-20T08:30:00Z {line} \"{line}"));
                let _ = reader.entry(&format!("lb: 198.51.100.9:1 [20/Nov/2026:09:30:00.655] {line}"));
            }
        }
    }
}
