//! What a request asks for: the arguments of ClickHouse's HTTP interface, from URL and headers.

use axum::extract::Multipart;
use axum::extract::multipart::MultipartError;
use axum::http::{HeaderMap, Uri, header};

use super::exception::Exception;

/// A request's arguments; the body is read apart.
#[derive(Debug, Default)]
pub(super) struct Request {
    pub(super) query: String,
    pub(super) database: Option<String>,
    pub(super) default_format: Option<String>,
    pub(super) query_id: String,
    pub(super) is_whole: bool,
    pub(super) settings: Vec<(String, String)>,
    pub(super) parameters: Vec<(String, String)>,
    /// The encodings the client reads, in its order; empty unless compression was asked for.
    pub(super) accepted: Vec<String>,
    /// The encoding of the body.
    pub(super) encoding: Option<String>,
    has_session: bool,
    is_compressed: bool,
    is_readonly: bool,
}

/// Arguments that mean nothing to an engine without users, profiles and sessions.
const IGNORED: [&str; 9] = [
    "user",
    "password",
    "quota_key",
    "role",
    "session_timeout",
    "session_check",
    "buffer_size",
    "stacktrace",
    "client_protocol_version",
];

impl Request {
    /// Reads URL and headers; headers win, as in ClickHouse.
    pub(super) fn read(uri: &Uri, headers: &HeaderMap) -> Result<Request, Exception> {
        let mut request = Request::default();
        for (name, value) in url::form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes()) {
            request.read_argument(&name, value.into_owned())?;
        }
        request.read_headers(headers);
        if request.query_id.is_empty() {
            request.query_id = uuid::Uuid::new_v4().to_string();
        }
        if request.query_id.len() > 256 || request.query_id.contains(|character: char| character.is_control()) {
            return Err(Exception::bad_arguments("query_id must be at most 256 bytes and hold no control characters"));
        }
        Ok(request)
    }

    /// Makes one value of all that was said of `readonly`, the strictest; what came by GET changes nothing, whatever it
    /// says. To be called when all arguments are read.
    ///
    /// Of several the library would take the last, and of odd ones what it makes of them.
    pub(super) fn settle_readonly(&mut self, is_get: bool) -> Result<(), Exception> {
        let mut strictest = if is_get { "2" } else { "0" };
        for (_, value) in self.settings.iter().filter(|(name, _)| is_readonly_setting(name)) {
            match value.as_str() {
                "0" => {}
                "1" => strictest = "1",
                "2" if strictest == "0" => strictest = "2",
                "2" => {}
                _ => return Err(Exception::bad_arguments("readonly must be 0, 1 or 2")),
            }
        }
        self.settings.retain(|(name, _)| !is_readonly_setting(name));
        self.is_readonly = strictest != "0";
        if self.is_readonly {
            self.settings.push(("readonly".into(), strictest.into()));
        }
        Ok(())
    }

    /// Whether the statement may change nothing: asked for, or because it came by GET.
    pub(super) fn is_readonly(&self) -> bool {
        self.is_readonly
    }

    /// Reads the fields of a form, which mean what they would in the URL: for arguments too long for one.
    pub(super) async fn read_form(&mut self, mut form: Multipart) -> Result<(), Exception> {
        let broken = |error: MultipartError| Exception::bad_arguments(error.body_text());
        while let Some(field) = form.next_field().await.map_err(broken)? {
            let name = field.name().unwrap_or_default().to_owned();
            self.read_argument(&name, field.text().await.map_err(broken)?)?;
        }
        Ok(())
    }

    fn read_argument(&mut self, name: &str, value: String) -> Result<(), Exception> {
        match name {
            "query" => self.query.push_str(&value),
            "database" => self.database = Some(value),
            "default_format" => self.default_format = Some(value),
            "query_id" => self.query_id = value,
            "wait_end_of_query" => self.is_whole = is_true(&value),
            "enable_http_compression" => self.is_compressed = is_true(&value),
            "session_id" => self.has_session = !value.is_empty(),
            "compress" | "decompress" if is_true(&value) => {
                return Err(Exception::not_implemented(format!(
                    "{name}=1 is not supported: use Content-Encoding, or Accept-Encoding with enable_http_compression=1"
                )));
            }
            "compress" | "decompress" => {}
            ignored if IGNORED.contains(&ignored) => {}
            name => match name.strip_prefix("param_") {
                Some(parameter) => self.parameters.push((parameter.to_owned(), value)),
                None => self.settings.push((setting_name(name)?, value)),
            },
        }
        Ok(())
    }

    fn read_headers(&mut self, headers: &HeaderMap) {
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        self.database = text("x-clickhouse-database").or(self.database.take()).filter(|name| !name.is_empty());
        self.default_format =
            text("x-clickhouse-format").or(self.default_format.take()).filter(|name| !name.is_empty());
        self.encoding = text(header::CONTENT_ENCODING.as_str()).filter(|name| !name.is_empty() && name != "identity");
        if self.is_compressed
            && let Some(accepted) = text(header::ACCEPT_ENCODING.as_str())
        {
            let names = accepted.split(',').filter_map(|part| part.split(';').next());
            self.accepted = names.map(|name| name.trim().to_ascii_lowercase()).collect();
        }
    }

    /// Refuses what only a session could keep: every request has a connection of its own.
    pub(super) fn refuse_session_state(&self, sql: &str) -> Result<(), Exception> {
        let first = sql.trim_start().split(|character: char| !character.is_ascii_alphabetic()).next().unwrap_or("");
        let keeps_state = ["set", "use"].iter().any(|word| first.eq_ignore_ascii_case(word))
            || (first.eq_ignore_ascii_case("create") && super::statement::mentions(sql, &["temporary"]));
        if self.has_session && keeps_state {
            return Err(Exception::not_implemented(
                "sessions are not supported: settings, the database and temporary tables last for one request",
            ));
        }
        Ok(())
    }
}

fn is_readonly_setting(name: &str) -> bool {
    name.eq_ignore_ascii_case("readonly")
}

fn is_true(value: &str) -> bool {
    !matches!(value, "" | "0" | "false")
}

/// The name goes into a `SET` statement, so only plain names pass.
fn setting_name(name: &str) -> Result<String, Exception> {
    // A profile brings settings of its own, and may lift some.
    let is_profile = name.eq_ignore_ascii_case("profile");
    let is_plain = !is_profile
        && name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if !is_plain {
        return Err(Exception::new(115, "UNKNOWN_SETTING", format!("Unknown setting '{}'", name.escape_default())));
    }
    Ok(name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(uri: &str) -> Result<Request, Exception> {
        Request::read(&uri.parse().expect("a URI"), &HeaderMap::new())
    }

    #[test]
    fn arguments_are_told_apart() {
        let request = read("/?query=select%201&param_a=x+y&max_threads=2&database=d&user=u").expect("a request");
        assert_eq!(request.query, "select 1");
        assert_eq!(request.parameters, vec![("a".into(), "x y".into())]);
        assert_eq!(request.settings, vec![("max_threads".into(), "2".into())]);
        assert_eq!(request.database.as_deref(), Some("d"));
    }

    fn readonly(uri: &str, is_get: bool) -> Option<String> {
        let mut request = read(uri).expect("a request");
        request.settle_readonly(is_get).ok()?;
        let values: Vec<&str> = request.settings.iter().map(|(_, value)| value.as_str()).collect();
        assert!(values.len() <= 1 && request.is_readonly() == (values.len() == 1), "{values:?}");
        Some(values.concat())
    }

    #[test]
    fn of_several_values_of_readonly_the_strictest_counts() {
        for uri in
            ["/", "/?readonly=0", "/?readonly=0&readonly=0", "/?readonly=2&readonly=0", "/?readonly=0&READONLY=2"]
        {
            assert_eq!(readonly(uri, true).as_deref(), Some("2"), "{uri}");
        }
        for uri in ["/?readonly=1&readonly=0", "/?readonly=2&readonly=1&readonly=2", "/?%72eadonly=1&readonly=%30"] {
            assert_eq!(readonly(uri, true).as_deref(), Some("1"), "{uri}");
            assert_eq!(readonly(uri, false).as_deref(), Some("1"), "{uri}");
        }
        assert_eq!(readonly("/?readonly=0", false).as_deref(), Some(""));
        for odd in ["00", "%200", "0%20", "+0", "-0", "0.0", "0x0", "false", "", "3", "%00", "\u{0660}"] {
            assert_eq!(readonly(&format!("/?readonly={odd}"), true), None, "{odd:?}");
        }
        assert!(read("/?profile=default").is_err());
    }

    #[test]
    fn a_setting_name_cannot_carry_sql() {
        assert_eq!(read("/?a%3D1%2Cb=2").expect_err("refused").code, 115);
    }
}
