//! What of the world outside a statement asks for. The kernel refuses to open it, but tells on the way whether it is
//! there; and some functions tell of the machine by themselves. Nothing that this product asks needs any of it, so such
//! statements are not run at all.
//!
//! Names are looked for where they are called, and paths where a table's name stands: the library takes any path for a
//! table of the database `default`.

use super::exception::Exception;
use super::lexer::{Kind, Token, Tokens};
use super::session::Parameters;

/// Functions, table functions and table engines, in small letters: those that begin so …
const BEGINNINGS: [&str; 13] = [
    "arrowflight",
    "azure",
    "deltalake",
    "file",
    "gcs",
    "hdfs",
    "hudi",
    "iceberg",
    "mongo",
    "paimon",
    "remote",
    "s3",
    "ytsaurus",
];
/// … and those that are called so.
const CALLED: [&str; 31] = [
    "catboostevaluate",
    "cluster",
    "clusterallreplicas",
    "cosn",
    "disk",
    "executable",
    "executablepool",
    "fqdn",
    "fullhostname",
    "getmacro",
    "getoskernelversion",
    "getserverport",
    "hive",
    "hostname",
    "jdbc",
    "kafka",
    "materializedpostgresql",
    "mysql",
    "nats",
    "odbc",
    "oss",
    "postgresql",
    "python",
    "rabbitmq",
    "redis",
    "serveruuid",
    "sqlite",
    "tcpport",
    "uptime",
    "url",
    "urlcluster",
];
/// Tables of `system` that tell of the machine, and not of what is stored.
const TABLES: [&str; 12] = [
    "asynchronous_metrics",
    "asynchronous_metric_log",
    "build_options",
    "certificates",
    "disks",
    "filesystem_cache",
    "named_collections",
    "remote_data_paths",
    "server_settings",
    "stack_trace",
    "storage_policies",
    "symbols",
];
/// Behind these words stands the name of a table; behind the first two a list of them.
const BEFORE_A_TABLE: [&str; 11] =
    ["from", "join", "check", "desc", "describe", "exists", "into", "optimize", "table", "truncate", "use"];
/// These end such a list.
const BEHIND_TABLES: [&str; 11] =
    ["where", "prewhere", "group", "order", "limit", "on", "using", "settings", "format", "having", "select"];
/// What takes the name of a table as a text.
const TAKES_A_TABLE: [&str; 6] = ["dictionary", "hascolumnintable", "joinget", "joingetornull", "loop", "merge"];

/// Refuses a statement that asks for anything outside of the database.
pub(super) fn refuse(sql: &str, parameters: &Parameters) -> Result<(), Exception> {
    let bytes = sql.as_bytes();
    let tokens: Vec<Token> = Tokens::new(bytes).collect();
    let (mut is_list, mut is_call) = (false, false);
    let mut before = String::new();
    for (at, token) in tokens.iter().enumerate() {
        let text = &sql[token.start..token.end];
        let is_called = tokens.get(at + 1).is_some_and(|next| next.kind == Kind::Open);
        let name = name(text, token.kind);
        match token.kind {
            Kind::Word | Kind::Quoted => {
                let is_denied = (is_called && is_outside(&name))
                    || (before == "." && TABLES.contains(&name.as_str()))
                    // No table or column of ours has a slash in its name.
                    || (token.kind == Kind::Quoted && is_path(&name))
                    || (token.kind == Kind::Word && ["outfile", "infile"].contains(&name.as_str()));
                if is_denied {
                    return Err(denied(&name));
                }
                is_list = BEFORE_A_TABLE[..2].contains(&name.as_str())
                    || (is_list && !BEHIND_TABLES.contains(&name.as_str()));
                is_call |= is_called && TAKES_A_TABLE.contains(&name.as_str());
            }
            Kind::Literal if is_path(text) => {
                let is_next = before == "." || BEFORE_A_TABLE.contains(&before.as_str());
                if is_next || is_call || (is_list && before == ",") {
                    return Err(denied(text));
                }
            }
            Kind::Close => is_call = false,
            _ => {}
        }
        before = name;
    }
    let compact: String = sql.to_ascii_lowercase().split_whitespace().collect();
    let names_something = |name: &str| compact.contains(&format!("{{{}:identifier", name.to_ascii_lowercase()));
    match parameters.iter().find(|(name, value)| is_path(value) && names_something(name)) {
        Some((_, value)) => Err(denied(value)),
        None => Ok(()),
    }
}

fn is_outside(name: &str) -> bool {
    CALLED.contains(&name) || BEGINNINGS.iter().any(|beginning| name.starts_with(beginning))
}

fn is_path(text: &str) -> bool {
    text.contains(['/', '\\'])
}

/// Returns a name without its quotes, in small letters.
fn name(text: &str, kind: Kind) -> String {
    let text = if kind == Kind::Quoted { text.get(1..text.len() - 1).unwrap_or_default() } else { text };
    text.to_ascii_lowercase()
}

fn denied(what: &str) -> Exception {
    const ACCESS_DENIED: u32 = 497;
    let what: String = what.chars().take(100).collect();
    Exception::new(ACCESS_DENIED, "ACCESS_DENIED", format!("Permission denied: {what} is outside of the database"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_leads_outside_is_refused_however_it_is_written() {
        let statements = [
            "select * from filesystem('/etc')",
            "select FileSystem /* c */ ('/etc')",
            "select * from `filesystem`('/etc')",
            "select * from \"file\"('/etc/passwd', 'CSV')",
            "select * from \"f\\x69le\"('a')",
            "insert into function s3Cluster('x', 'y')",
            "create table t engine = File(CSV, 'x')",
            "create table t (a Int8) engine=MergeTree order by a settings disk = disk(type = 'local', path = '/x')",
            "select filesystemAvailable(), 1",
            "select hostName()",
            "select * from system.disks",
            "select * from `system`.`server_settings`",
            "select 1 into outfile 'x'",
            "insert into t from infile 'x' format CSV",
            "exists table `/etc/passwd`",
            "describe '/etc/passwd'",
            "select 1 from a, '/etc/passwd'",
            "select 1 where 1 in `../x`",
            "select * from merge('default', '/etc/.*')",
            "select hasColumnInTable('default', '/etc/passwd', 'a')",
            "show create table '/etc/passwd'",
        ];
        for statement in statements {
            assert_eq!(refuse(statement, &[]).expect_err(statement).code, 497, "{statement}");
        }
        let parameters = [("t".to_owned(), "/etc/passwd".to_owned())];
        assert!(refuse("select * from { t : Identifier }", &parameters).is_err());
        assert!(refuse("select {t:String} from {u:Identifier}", &parameters).is_ok(), "a text is no table");
    }

    #[test]
    fn what_a_store_asks_is_not() {
        let statements = [
            "select count() from events where path = '/pricing' and url like 'https://%' and host in ('a/b', 'c')",
            "select url, file, remote from t where url = {url:String}",
            "select 'file(', \"file\" from t -- url('x')",
            "select cutQueryString(url), URLHash(url), urlencoding(x) from t",
            "alter table t add column p String comment 'property a/b'",
            "create table t (a String comment 'a/b') engine = MergeTree order by a comment 'c/d'",
            "alter table t update a = 'x/y' where b = 'c/d'",
            "insert into events (url) format Native",
            "select name from system.parts where table = 'a' order by path limit 3",
            "select trim(both '/' from path) from t",
        ];
        for statement in statements {
            assert!(refuse(statement, &[("url".to_owned(), "https://x/y".to_owned())]).is_ok(), "{statement}");
        }
    }
}
