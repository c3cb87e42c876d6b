#![expect(clippy::result_large_err, reason = "figment's Jail fixes the error type")]

use figment::Jail;

use super::*;

fn value_and_origin(loaded: &Loaded, key: &str) -> (String, String) {
    let line = loaded.show().unwrap().into_iter().find(|line| line.key == key).unwrap();
    (line.value, line.origin)
}

#[test]
fn later_layers_win_and_say_where_they_came_from() {
    Jail::expect_with(|jail| {
        jail.create_file(
            "radixinsight.toml",
            "[engine]\nconnections = 3\n[accounts]\nbcrypt_cost = 11\n[log]\nlevel = \"warn\"",
        )?;
        jail.set_env("RADIX__ACCOUNTS__BCRYPT_COST", "13");
        jail.set_env("RADIX__LOG__LEVEL", "debug");
        let flags = Flags { set: vec!["log.level=error".into()], ..Flags::default() };
        let loaded = load(&flags).unwrap();
        assert_eq!(value_and_origin(&loaded, "server.listen"), ("127.0.0.1:8080".into(), "default".into()));
        let (connections, file) = value_and_origin(&loaded, "engine.connections");
        assert_eq!(connections, "3");
        assert!(file.ends_with("radixinsight.toml"), "{file}");
        assert_eq!(
            value_and_origin(&loaded, "accounts.bcrypt_cost"),
            ("13".into(), "RADIX__ACCOUNTS__BCRYPT_COST".into())
        );
        assert_eq!(value_and_origin(&loaded, "log.level"), ("error".into(), "flag --set".into()));
        Ok(())
    });
}

#[test]
fn an_unknown_key_is_an_error_that_names_it() {
    Jail::expect_with(|jail| {
        jail.set_env("RADIX__SERVER__LISTNE", "127.0.0.1:1");
        let text = load(&Flags::default()).err().unwrap().to_string();
        assert!(text.contains("listne"), "{text}");
        Ok(())
    });
}

#[test]
fn passwords_are_masked_when_shown() {
    Jail::expect_with(|jail| {
        jail.set_env("RADIX__METADATA__URL", "postgres://me:secret@db/radix");
        jail.set_env("RADIX__CACHE__URL", "rediss://:secret@cache:6379/2");
        let (shown, _) = value_and_origin(&load(&Flags::default()).unwrap(), "cache.url");
        assert_eq!(shown, "rediss://:********@cache:6379/2");
        let (shown, _) = value_and_origin(&load(&Flags::default()).unwrap(), "metadata.url");
        assert_eq!(shown, "postgres://me:********@db/radix");
        jail.set_env("RADIX__METRICS__TOKEN", "a token of the scraper's own");
        let loaded = load(&Flags::default()).unwrap();
        assert_eq!(value_and_origin(&loaded, "metrics.token").0, "********");
        assert!(!format!("{:?}", loaded.config).contains("scraper"));
        jail.set_env("RADIX__METRICS__TOKEN", "short");
        assert!(load(&Flags::default()).err().unwrap().to_string().contains("metrics.token"));
        Ok(())
    });
}

#[test]
fn proxies_are_networks_and_the_header_has_a_name() {
    Jail::expect_with(|jail| {
        jail.set_env("RADIX__SERVER__TRUSTED_PROXIES", "[\"10.0.0.0/8\", \"192.0.2.7\"]");
        jail.set_env("RADIX__SERVER__ADDRESS_HEADER", "CF-Connecting-IP");
        let edge = crate::proxies::edge(&load(&Flags::default()).unwrap().config.server);
        assert_eq!(edge.trusted_proxies.len(), 2);
        assert_eq!(edge.address_header.as_deref(), Some("cf-connecting-ip"));
        jail.set_env("RADIX__SERVER__TRUSTED_PROXIES", "[\"ten\"]");
        assert!(load(&Flags::default()).err().unwrap().to_string().contains("server.trusted_proxies"));
        Ok(())
    });
}

#[test]
fn every_key_has_a_meaning() {
    let values = serde_json::to_value(Config::default()).unwrap();
    let mut keys = Vec::new();
    leaves("", &values, &mut keys);
    keys.sort();
    let mut described: Vec<String> = meanings().map(|(key, _)| key.to_owned()).collect();
    described.sort();
    assert_eq!(keys, described);
}

#[test]
fn weak_hashing_and_a_cluster_without_server_are_refused() {
    Jail::expect_with(|_| {
        let weak = Flags { set: vec!["accounts.bcrypt_cost=9".into()], ..Flags::default() };
        assert!(load(&weak).err().unwrap().to_string().contains("accounts.bcrypt_cost"));
        let lonely = Flags { set: vec!["analytics.cluster=main".into()], ..Flags::default() };
        assert!(load(&lonely).err().unwrap().to_string().contains("analytics.url"));
        Ok(())
    });
}

fn leaves(path: &str, value: &serde_json::Value, keys: &mut Vec<String>) {
    match value.as_object() {
        Some(entries) => entries.iter().for_each(|(name, value)| {
            let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
            leaves(&path, value, keys);
        }),
        None => keys.push(path.to_owned()),
    }
}

#[test]
fn half_a_provider_and_one_without_https_are_refused_and_secrets_are_not_shown() {
    Jail::expect_with(|jail| {
        let set = |keys: &[&str]| Flags { set: keys.iter().map(|key| (*key).to_owned()).collect(), ..Flags::default() };
        let refused = |keys: &[&str]| load(&set(keys)).err().unwrap().to_string();
        assert!(refused(&["accounts.google.client_id=x"]).contains("accounts.google"));
        assert!(refused(&["accounts.oidc.issuer=https://id.example.com"]).contains("accounts.oidc needs"));
        let oidc = ["accounts.oidc.client_id=x", "accounts.oidc.client_secret=open sesame"];
        let plain = [&oidc[..], &["accounts.oidc.issuer=http://id.example.com"]].concat();
        assert!(refused(&plain).contains("https://"));
        load(&set(&[&plain[..], &["accounts.oidc.allow_private_addresses=true"]].concat())).unwrap();

        jail.set_env("RADIX__ACCOUNTS__GITHUB__CLIENT_ID", "123456");
        jail.set_env("RADIX__ACCOUNTS__GITHUB__CLIENT_SECRET", "open sesame");
        let loaded = load(&Flags::default()).unwrap();
        assert_eq!(loaded.config.accounts.github.client_id.as_deref(), Some("123456"));
        assert!(loaded.show().unwrap().iter().all(|line| !line.value.contains("sesame")));
        Ok(())
    });
}
