//! Who visits the simulated product: where from, with what device, how keen.

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

/// A simulated person; everything about them follows from the seed and their number.
pub(super) struct Person {
    pub(super) distinct_id: String,
    pub(super) country: &'static str,
    pub(super) city: &'static str,
    /// How far local time is ahead of UTC, in minutes: people work by day where they live.
    pub(super) offset_minutes: i64,
    pub(super) user_agent: &'static str,
    pub(super) source: Source,
    /// How likely they are to go on at each step: 0 (leaves) to 1 (stays for years).
    pub(super) keenness: f64,
    pub(super) company: String,
    pub(super) rng: StdRng,
}

/// What brought a person the first time.
#[derive(Clone, Copy)]
pub(super) struct Source {
    pub(super) referrer: &'static str,
    pub(super) utm: Option<(&'static str, &'static str, &'static str)>,
    pub(super) landing: &'static str,
    /// People from there are this much keener than the average.
    pub(super) keenness: f64,
}

/// Country, city, offset to UTC in minutes, share.
const PLACES: [(&str, &str, i64, u32); 14] = [
    ("US", "New York", -300, 14),
    ("US", "San Francisco", -480, 10),
    ("US", "Chicago", -360, 6),
    ("DE", "Berlin", 60, 11),
    ("DE", "Munich", 60, 5),
    ("GB", "London", 0, 10),
    ("FR", "Paris", 60, 7),
    ("NL", "Amsterdam", 60, 5),
    ("IN", "Bengaluru", 330, 9),
    ("BR", "São Paulo", -180, 6),
    ("JP", "Tokyo", 540, 5),
    ("CA", "Toronto", -300, 5),
    ("AU", "Sydney", 600, 4),
    ("PL", "Warsaw", 60, 3),
];

const AGENTS: [(&str, u32); 8] = [
    (
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
        30,
    ),
    (
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
        22,
    ),
    (
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15",
        9,
    ),
    ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:144.0) Gecko/20100101 Firefox/144.0", 7),
    (
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0",
        8,
    ),
    ("Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0", 4),
    (
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1",
        12,
    ),
    (
        "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36",
        8,
    ),
];

const SOURCES: [(Source, u32); 9] = [
    (Source { referrer: "", utm: None, landing: "/", keenness: 1.2 }, 26),
    (Source { referrer: "https://www.google.com/", utm: None, landing: "/", keenness: 1.0 }, 22),
    (
        Source {
            referrer: "https://www.google.com/",
            utm: None,
            landing: "/blog/planning-without-meetings",
            keenness: 0.6,
        },
        13,
    ),
    (
        Source {
            referrer: "https://www.google.com/",
            utm: Some(("google", "cpc", "brand-autumn")),
            landing: "/pricing",
            keenness: 1.3,
        },
        10,
    ),
    (
        Source {
            referrer: "https://www.linkedin.com/",
            utm: Some(("linkedin", "paid_social", "team-leads")),
            landing: "/for/teams",
            keenness: 0.9,
        },
        8,
    ),
    (Source { referrer: "https://news.ycombinator.com/", utm: None, landing: "/blog/how-we-plan", keenness: 0.5 }, 7),
    (
        Source {
            referrer: "",
            utm: Some(("newsletter", "email", "monthly-digest")),
            landing: "/changelog",
            keenness: 1.4,
        },
        6,
    ),
    (Source { referrer: "https://github.com/", utm: None, landing: "/docs", keenness: 1.1 }, 5),
    (Source { referrer: "https://duckduckgo.com/", utm: None, landing: "/", keenness: 1.0 }, 3),
];

const COMPANIES: [&str; 12] = [
    "Alder",
    "Brightwater",
    "Copperfield",
    "Dunmore",
    "Elmwood",
    "Fairhaven",
    "Greystone",
    "Harrow",
    "Ironbridge",
    "Juniper",
    "Kestrel",
    "Larkspur",
];

impl Person {
    /// Returns the `number`th person of the simulation with this seed.
    pub(super) fn new(seed: u64, number: u64) -> Self {
        let mut rng = StdRng::seed_from_u64(seed ^ number.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        let place = PLACES[pick(&mut rng, PLACES.map(|place| place.3))];
        let agent = AGENTS[pick(&mut rng, AGENTS.map(|agent| agent.1))].0;
        let source = SOURCES[pick(&mut rng, SOURCES.map(|source| source.1))].0;
        let keenness = (rng.random::<f64>() * source.keenness).min(1.0);
        let company = format!(
            "{} {}",
            COMPANIES[rng.random_range(0..COMPANIES.len())],
            ["Labs", "Group", "Works", "Studio"][rng.random_range(0..4)]
        );
        Self {
            distinct_id: format!("person-{number:05}"),
            country: place.0,
            city: place.1,
            offset_minutes: place.2,
            user_agent: agent,
            source,
            keenness,
            company,
            rng,
        }
    }
}

/// Returns an index with the odds of its weight.
pub(super) fn pick<const N: usize>(rng: &mut StdRng, weights: [u32; N]) -> usize {
    let mut left = rng.random_range(0..weights.iter().sum());
    for (index, weight) in weights.iter().enumerate() {
        if left < *weight {
            return index;
        }
        left -= weight;
    }
    N - 1
}
