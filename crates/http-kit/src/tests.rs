//! Requests through the layers and extractors, as a server has them.

use std::net::SocketAddr;

use axum::{
    Router,
    body::Body,
    extract::{ConnectInfo, DefaultBodyLimit},
    http::{HeaderMap, Request, Response, StatusCode},
    response::Html,
    routing::{get, post},
};
use http_body_util::BodyExt;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::{Client, Edge, Json, Origin, Page, Paging, Path, Problem, Query, Result, read, surround};

#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Order {
    name: String,
    lines: Vec<Line>,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Line {
    amount: u32,
}

async fn order(Json(order): Json<Order>) -> Json<Order> {
    Json(order)
}

async fn numbers(Query(paging): Query<Paging>) -> Result<Json<Page<u32>>> {
    let limit = paging.limit()?;
    let after: u32 = paging.after()?.unwrap_or(0);
    let items = (after + 1..=5).take(limit + 1).collect();
    Ok(Json(Page::of(items, limit, |number: &u32| *number)))
}

async fn failing() -> Problem {
    Problem::internal("the password of the database is hunter2")
}

async fn address(client: Client) -> String {
    format!("{} {}", client.address.map(|address| address.to_string()).unwrap_or_default(), client.https)
}

fn router(edge: Edge) -> Router {
    let router = Router::new()
        .route("/api/orders", post(order).layer(DefaultBodyLimit::max(200)))
        .route("/api/numbers", get(numbers))
        .route("/api/numbers/{number}", get(async |Path(number): Path<u32>| number.to_string()))
        .route("/api/names", get(async |Query(paging): Query<Paging>| paging.after::<String>().map(Json)))
        .route("/api/names/{name}", get(async |Path(name): Path<String>| name))
        .route("/api/failing", get(failing))
        .route("/address", get(address))
        .route("/page", get(async || Html("<p>a page</p>")));
    surround(router, edge)
}

async fn send(edge: Edge, request: Request<Body>) -> (StatusCode, HeaderMap, String) {
    let response: Response<Body> = router(edge).oneshot(request).await.expect("a router never fails");
    let (parts, body) = response.into_parts();
    let body = body.collect().await.expect("a whole body").to_bytes();
    (parts.status, parts.headers, String::from_utf8(body.to_vec()).expect("text"))
}

fn get_request(path: &str, headers: &[(&str, &str)]) -> Request<Body> {
    let mut request = Request::get(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let mut request = request.body(Body::empty()).expect("a valid request");
    let peer: SocketAddr = "[::ffff:192.0.2.7]:1234".parse().expect("an address");
    request.extensions_mut().insert(ConnectInfo(peer));
    request
}

async fn post_order(kind: &str, body: &str) -> (u16, Value) {
    let request = Request::post("/api/orders").header("content-type", kind).body(Body::from(body.to_owned()));
    let (status, headers, body) = send(Edge::default(), request.expect("a valid request")).await;
    if status.is_client_error() {
        assert_eq!(headers["content-type"], "application/problem+json");
    }
    (status.as_u16(), serde_json::from_str(&body).expect("JSON"))
}

#[tokio::test]
async fn a_wrong_field_is_named_by_its_path() {
    let cases = [
        (r#"{"name":"x","lines":[{"amount":1},{"amount":"two"}]}"#, "lines[1].amount", "invalid"),
        (r#"{"name":"x","lines":[{"amount":-1}]}"#, "lines[0].amount", "invalid"),
        (r#"{"name":"x","lines":[{}]}"#, "lines[0].amount", "missing"),
        (r#"{"name":"x","lines":[{"amount":1,"price":2}]}"#, "lines[0].price", "unknown"),
        (r#"{"lines":[]}"#, "name", "missing"),
        (r#"{"name":"x","lines":[],"is_admin":true}"#, "is_admin", "unknown"),
        (r#"["x"]"#, "body", "invalid"),
    ];
    for (body, field, code) in cases {
        let (status, problem) = post_order("application/json", body).await;
        assert_eq!((status, &problem["code"]), (422, &json!("validation_failed")), "{body}");
        assert_eq!(problem["errors"][0]["field"], field, "{body}: {problem}");
        assert_eq!(problem["errors"][0]["code"], code, "{body}: {problem}");
        assert!(!problem.to_string().contains("at line"), "{problem}");
    }
}

#[tokio::test]
async fn what_is_not_json_is_refused_by_line() {
    for body in ["", "{", "{\"name\":\n oops}", r#"{"name":"x","lines":[]} trailing"#] {
        let (status, problem) = post_order("application/json", body).await;
        assert_eq!((status, &problem["code"]), (400, &json!("json_invalid")), "{body}");
        assert!(problem["detail"].as_str().expect("a detail").contains("line"), "{problem}");
    }
}

#[tokio::test]
async fn a_body_of_another_kind_or_too_large_is_refused() {
    let good = r#"{"name":"x","lines":[]}"#;
    assert_eq!(post_order("application/json; charset=utf-8", good).await.0, 200);
    for kind in ["text/plain", "application/x-www-form-urlencoded", "application/jsonx"] {
        let (status, problem) = post_order(kind, good).await;
        assert_eq!((status, &problem["code"]), (415, &json!("content_type_unsupported")));
    }
    let (status, problem) = post_order("application/json", &format!(r#"{{"name":"{}"}}"#, "x".repeat(200))).await;
    assert_eq!((status, &problem["code"]), (413, &json!("body_too_large")));
}

#[test]
fn a_value_read_in_two_steps_names_its_field_as_well() {
    let problem = read::<Order>(json!({ "name": "x", "lines": [{ "amount": null }] })).expect_err("null is no amount");
    assert_eq!(problem.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(format!("{problem:?}").contains("lines[0].amount"));
}

#[tokio::test]
async fn what_went_wrong_inside_stays_inside() {
    let (status, headers, body) = send(Edge::default(), get_request("/api/failing", &[])).await;
    assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
    assert!(!body.contains("hunter2"));
    let problem: Value = serde_json::from_str(&body).expect("JSON");
    assert_eq!(problem["request_id"], headers["x-request-id"].to_str().expect("text"));
}

#[tokio::test]
async fn a_list_is_read_page_by_page() {
    let mut seen = Vec::new();
    let mut path = "/api/numbers?limit=2".to_owned();
    loop {
        let (_, _, body) = send(Edge::default(), get_request(&path, &[])).await;
        let page: Page<u32> = serde_json::from_str(&body).expect("a page");
        seen.push(page.items);
        let Some(cursor) = page.next_cursor else { break };
        path = format!("/api/numbers?limit=2&cursor={cursor}");
    }
    assert_eq!(seen, [vec![1, 2], vec![3, 4], vec![5]]);
}

#[tokio::test]
async fn a_page_that_can_not_be_is_refused() {
    for (query, code) in [
        ("limit=0", "limit_invalid"),
        ("limit=1001", "limit_invalid"),
        ("limit=-1", "query_invalid"),
        ("cursor=%21", "cursor_invalid"),
        ("cursor=ImEi", "cursor_invalid"),
    ] {
        let (status, _, body) = send(Edge::default(), get_request(&format!("/api/numbers?{query}"), &[])).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{query}");
        assert!(body.contains(code), "{query}: {body}");
    }
}

#[tokio::test]
async fn an_id_that_can_not_be_is_not_there() {
    let (status, _, body) = send(Edge::default(), get_request("/api/numbers/x", &[])).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    assert!(body.contains("not_found"));
}

#[tokio::test]
async fn another_method_is_refused_with_those_there_are() {
    let request = Request::delete("/api/numbers").body(Body::empty()).expect("a valid request");
    let (status, headers, body) = send(Edge::default(), request).await;
    assert_eq!(status, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(headers["allow"], "GET,HEAD");
    assert_eq!(headers["content-type"], "application/problem+json");
    assert!(body.contains("method_not_allowed"));
}

#[tokio::test]
async fn nobody_chooses_their_own_address() {
    let forged = [("x-forwarded-for", "1.1.1.1, 203.0.113.9"), ("x-forwarded-proto", "https")];
    let (_, _, direct) = send(Edge::default(), get_request("/address", &forged)).await;
    assert_eq!(direct, "192.0.2.7 false");

    let behind_proxy = Edge { behind_proxy: true, ..Edge::default() };
    let (_, _, proxied) = send(behind_proxy.clone(), get_request("/address", &forged)).await;
    assert_eq!(proxied, "203.0.113.9 true");
    let (_, _, without) = send(behind_proxy, get_request("/address", &[])).await;
    assert_eq!(without, "192.0.2.7 false");
}

#[tokio::test]
async fn what_proxies_send_is_read_from_the_right_through_trusted_ones() {
    let trusted: Vec<ipnet::IpNet> =
        ["10.0.0.0/8", "2001:db8:ffff::/48"].map(|text| text.parse().expect("a network")).into();
    let edge = Edge { behind_proxy: true, trusted_proxies: trusted.into(), ..Edge::default() };
    let cases: [(&[(&str, &str)], &str); 16] = [
        (&[("x-forwarded-for", "203.0.113.7:51234")], "203.0.113.7"),
        (&[("x-forwarded-for", "1.1.1.1, 203.0.113.7, 10.0.0.2, 10.1.2.3:80")], "203.0.113.7"),
        (&[("x-forwarded-for", "1.1.1.1"), ("x-forwarded-for", "203.0.113.7, 10.0.0.2")], "203.0.113.7"),
        (&[("x-forwarded-for", "203.0.113.7, , ")], "203.0.113.7"),
        (&[("x-forwarded-for", "[2001:db8::1]:4711, 2001:db8:ffff::5")], "2001:db8::1"),
        (&[("x-forwarded-for", "2001:db8::1")], "2001:db8::1"),
        (&[("x-forwarded-for", "::ffff:203.0.113.7")], "203.0.113.7"),
        (&[("x-forwarded-for", "10.0.0.9, 10.0.0.2")], "10.0.0.9"),
        (&[("x-forwarded-for", "1.1.1.1, unknown, 10.0.0.2")], ""),
        (&[("x-forwarded-for", "1.1.1.1, _hidden")], ""),
        (&[("x-forwarded-for", "")], "192.0.2.7"),
        (&[("forwarded", "for=\"[2001:db8::1]:4711\"")], "2001:db8::1"),
        (&[("forwarded", "for=1.1.1.1, For=203.0.113.7;proto=https;by=10.0.0.1, for=10.0.0.2")], "203.0.113.7"),
        (&[("forwarded", "for=1.1.1.1"), ("forwarded", "proto=http;for=\"203.0.113.7:80\"")], "203.0.113.7"),
        (&[("forwarded", "for=_secret")], ""),
        (&[("x-real-ip", "1.1.1.1"), ("cf-connecting-ip", "1.1.1.1")], "192.0.2.7"),
    ];
    for (headers, address) in cases {
        let (_, _, body) = send(edge.clone(), get_request("/address", headers)).await;
        assert_eq!(body.trim_end_matches(" false"), address, "{headers:?}");
    }
    let named = Edge { behind_proxy: true, address_header: Some("cf-connecting-ip".into()), ..Edge::default() };
    let headers = [("cf-connecting-ip", "2001:db8::1"), ("x-forwarded-for", "1.1.1.1")];
    assert_eq!(send(named, get_request("/address", &headers)).await.2, "2001:db8::1 false");
}

#[tokio::test]
async fn an_id_fit_for_a_log_is_taken_over() {
    let short = get_request("/address", &[("x-request-id", "3f2a-77")]);
    assert_eq!(send(Edge::default(), short).await.1["x-request-id"].len(), 36);
    let fit = get_request("/address", &[("x-request-id", "proxy-0000001")]);
    assert_eq!(send(Edge::default(), fit).await.1["x-request-id"], "proxy-0000001");
    let unfit = get_request("/address", &[("x-request-id", "level=error msg=forged")]);
    assert_ne!(send(Edge::default(), unfit).await.1["x-request-id"], "level=error msg=forged");
}

#[tokio::test]
async fn every_answer_carries_the_security_headers() {
    for (path, policy) in [("/page", "script-src 'self'"), ("/api/numbers", "sandbox"), ("/nothing", "sandbox")] {
        let (_, headers, _) = send(Edge::default(), get_request(path, &[])).await;
        let text = |name: &str| headers[name].to_str().expect("text").to_owned();
        assert_eq!(text("x-content-type-options"), "nosniff");
        assert_eq!(text("x-frame-options"), "DENY");
        assert_eq!(text("referrer-policy"), "same-origin");
        let whole = text("content-security-policy");
        assert!(whole.contains(policy) && whole.contains("frame-ancestors 'none'"), "{path}: {whole}");
        assert!(!whole.contains("unsafe-eval"));
    }
}

#[test]
fn the_page_a_request_comes_from_is_told() {
    let cases: [(&[(&str, &str)], Origin); 9] = [
        (&[("sec-fetch-site", "same-origin")], Origin::Same),
        (&[("sec-fetch-site", "none")], Origin::Same),
        (&[("sec-fetch-site", "same-site")], Origin::Foreign),
        (&[("sec-fetch-site", "cross-site"), ("origin", "http://here.test:8080")], Origin::Foreign),
        (&[("origin", "http://HERE.test:8080")], Origin::Same),
        (&[("origin", "http://here.test")], Origin::Foreign),
        (&[("origin", "http://here.test:8080.evil.example")], Origin::Foreign),
        (&[("origin", "null")], Origin::Foreign),
        (&[], Origin::Unknown),
    ];
    for (given, expected) in cases {
        let mut headers = HeaderMap::new();
        headers.insert("host", "here.test:8080".parse().expect("a value"));
        for (name, value) in given {
            headers.insert(*name, value.parse().expect("a value"));
        }
        assert_eq!(Origin::of(&headers), expected, "{given:?}");
    }
}

// PostgreSQL keeps no such character: what has it would be an error far inside.
#[tokio::test]
async fn the_character_nul_gets_in_nowhere() {
    for (body, field) in [
        (r#"{"name":"a\u0000b","lines":[]}"#, "name"),
        (r#"{"name":"x","lines":[{"amount":1},{"amount":"\u0000"}]}"#, "lines[1].amount"),
        (r#"{"na\u0000me":"x","lines":[]}"#, "name"),
        (r#""\u0000""#, "body"),
    ] {
        let (status, problem) = post_order("application/json", body).await;
        assert_eq!((status, &problem["errors"][0]["field"]), (422, &json!(field)), "{body}: {problem}");
        assert!(problem["detail"].as_str().expect("a detail").contains("NUL"), "{problem}");
    }
    // An escaped backslash before the same letters is none.
    assert_eq!(post_order("application/json", r#"{"name":"a\\u0000b","lines":[]}"#).await.0, 200);
    assert_eq!(post_order("application/json", "{\"name\":\"a\u{0}b\",\"lines\":[]}").await.0, 400);

    let cursor = base64::Engine::encode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, r#""a\u0000""#);
    for (path, status) in [
        ("/api/numbers?limit=1%00", 400),
        ("/api/numbers?cursor=%00", 400),
        (&format!("/api/numbers?cursor={}", "x".repeat(8_000)), 400),
        (&format!("/api/names?cursor={cursor}"), 400),
        ("/api/names/a%00b", 404),
        ("/api/names/a%2500b", 200),
    ] {
        assert_eq!(send(Edge::default(), get_request(path, &[])).await.0.as_u16(), status, "{path}");
    }
}
