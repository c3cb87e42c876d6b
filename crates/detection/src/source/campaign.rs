//! What parameters of a page's address say of a campaign.

/// Source, medium, campaign, term, content.
pub const UTM: [&str; 5] = ["utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content"];

/// Parameters that advertising platforms add to the address of an ad's target. `mc_eid` and the like are none.
const CLICK_IDS: [&str; 29] = [
    "gclid",
    "gbraid",
    "wbraid",
    "gclsrc",
    "gad_source",
    "gad_campaignid",
    "dclid",
    "msclkid",
    "ttclid",
    "twclid",
    "li_fat_id",
    "yclid",
    "sccid",
    "rdt_cid",
    "epik",
    "irclickid",
    "qclid",
    "tblci",
    "obclid",
    "dicbo",
    "vmcid",
    "ymclid",
    "admitad_uid",
    "awc",
    "cjevent",
    "wickedid",
    "ndclid",
    "snclid",
    "spclid",
];

/// Parameters that networks add to every link that somebody opens there, paid for or not.
const NETWORK_IDS: [&str; 4] = ["fbclid", "igshid", "igsh", "tt_from"];

/// What the name of a parameter stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// One of [`UTM`], by its place there.
    Utm(usize),
    /// An advertiser's mark: somebody paid for the click.
    Click,
    /// A network's mark: somebody opened a link there.
    Network,
}

/// Returns what a parameter's name stands for: in any letter case, and where a template has written `&` as `&amp;`.
pub fn mark(name: &str) -> Option<Mark> {
    let name = name.trim();
    let name = name.strip_prefix("amp;").unwrap_or(name);
    if name.len() > 20 || name.len() < 3 {
        return None;
    }
    if let Some(place) = UTM.iter().position(|known| name.eq_ignore_ascii_case(known)) {
        return Some(Mark::Utm(place));
    }
    let is_of = |names: &[&str]| names.iter().any(|known| name.eq_ignore_ascii_case(known));
    if is_of(&CLICK_IDS) {
        return Some(Mark::Click);
    }
    is_of(&NETWORK_IDS).then_some(Mark::Network)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_known_in_any_case_and_out_of_templates() {
        for name in ["utm_source", "UTM_SOURCE", "Utm_Source", "amp;utm_source", " utm_source"] {
            assert_eq!(mark(name), Some(Mark::Utm(0)), "{name}");
        }
        for name in [
            "gclid",
            "GCLID",
            "ScCid",
            "sccid",
            "li_fat_id",
            "twclid",
            "yclid",
            "rdt_cid",
            "epik",
            "irclickid",
            "amp;gclid",
        ] {
            assert_eq!(mark(name), Some(Mark::Click), "{name}");
        }
        assert_eq!((mark("fbclid"), mark("IGSHID")), (Some(Mark::Network), Some(Mark::Network)));
        for name in ["utm_sources", "source", "mc_eid", "", "gc"] {
            assert_eq!(mark(name), None, "{name}");
        }
    }
}
