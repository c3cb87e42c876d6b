//! Network addresses as proxies and libraries write them.

use std::net::IpAddr;

/// Reads one address: with a port or without, in brackets, in quotes, with a zone, an IPv4 address in IPv6's form.
///
/// `unknown`, names that hide somebody (`_hidden`) and everything else are none.
pub fn read_address(text: &str) -> Option<IpAddr> {
    let text = text.trim().trim_matches('"').trim();
    let bare = match text.strip_prefix('[') {
        Some(inside) => {
            let (address, after) = inside.split_once(']')?;
            let is_port = after.is_empty() || after.strip_prefix(':').is_some_and(is_port);
            is_port.then_some(address)?
        }
        // One colon separates a port; an address of IPv6 has more.
        None => match text.split_once(':') {
            Some((address, port)) if !port.contains(':') => is_port(port).then_some(address)?,
            _ => text,
        },
    };
    let without_zone = bare.split('%').next().unwrap_or(bare);
    without_zone.trim().parse::<IpAddr>().ok().map(|address| address.to_canonical())
}

/// Reads the sender out of an address or a list of them, as `X-Forwarded-For` has it: the first that is no proxy's or
/// local one, else the first.
pub fn read_sender(text: &str) -> Option<IpAddr> {
    let mut addresses = text.split(',').filter_map(read_address);
    let first = addresses.next()?;
    if !is_local(first) {
        return Some(first);
    }
    Some(addresses.find(|address| !is_local(*address)).unwrap_or(first))
}

/// RFC 7239 lets a port be hidden as well: `_eighty`.
fn is_port(text: &str) -> bool {
    let is_number = !text.is_empty() && text.len() <= 5 && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number || (text.starts_with('_') && text.len() > 1)
}

fn is_local(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => {
            let [first, second, ..] = address.octets();
            let is_shared = first == 100 && (64..128).contains(&second);
            address.is_private() || address.is_loopback() || address.is_link_local() || is_shared
        }
        IpAddr::V6(address) => address.is_loopback() || address.is_unique_local() || address.is_unicast_link_local(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_in_every_form_that_proxies_write() {
        let cases = [
            ("203.0.113.7", "203.0.113.7"),
            (" 203.0.113.7:51234 ", "203.0.113.7"),
            ("\"203.0.113.7:80\"", "203.0.113.7"),
            ("2001:db8::1", "2001:db8::1"),
            ("[2001:db8::1]", "2001:db8::1"),
            ("[2001:db8::1]:4711", "2001:db8::1"),
            ("\"[2001:db8:cafe::17]:4711\"", "2001:db8:cafe::17"),
            ("[2001:db8::1]:_hidden", "2001:db8::1"),
            ("fe80::1%eth0", "fe80::1"),
            ("[fe80::1%25eth0]:443", "fe80::1"),
            ("::ffff:203.0.113.7", "203.0.113.7"),
            ("[::ffff:203.0.113.7]:443", "203.0.113.7"),
        ];
        for (text, address) in cases {
            assert_eq!(read_address(text), Some(address.parse().unwrap()), "{text}");
        }
        let none = [
            "",
            "unknown",
            "_hidden",
            "_SEVKISEK:80",
            "203.0.113.7:port",
            "203.0.113",
            "[2001:db8::1",
            "[2001:db8::1]4711",
            "localhost",
            "203.0.113.7:",
            "300.0.0.1",
        ];
        for text in none {
            assert_eq!(read_address(text), None, "{text}");
        }
    }

    #[test]
    fn the_sender_is_the_first_of_a_list_that_is_nobody_s_proxy() {
        let cases = [
            ("203.0.113.7, 10.0.0.1", "203.0.113.7"),
            ("10.0.0.5, 203.0.113.7:4711, 192.168.1.1", "203.0.113.7"),
            ("unknown, [2001:db8::1]:443, 10.0.0.1", "2001:db8::1"),
            (",, 203.0.113.7", "203.0.113.7"),
            ("10.0.0.5, 192.168.1.1", "10.0.0.5"),
        ];
        for (text, address) in cases {
            assert_eq!(read_sender(text), Some(address.parse().unwrap()), "{text}");
        }
        assert_eq!(read_sender("unknown, _hidden"), None);
    }
}
