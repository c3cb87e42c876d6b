//! Which programs visit pages: a list that is kept up, and words that only programs use of themselves.
//!
//! Names of phones, carriers and networks say nothing of programs, whatever is in them: they are left out first.

use std::borrow::Cow;

use aho_corasick::AhoCorasick;
use regex::{Regex, RegexBuilder};
use regex_filtered::Regexes;

/// What tells a program from a browser.
pub(super) struct Robots {
    /// Listed names that have to be there letter by letter, which nearly all are.
    finder: AhoCorasick,
    names: Vec<String>,
    /// The listed patterns that are more than a name.
    patterns: Regexes,
    words: Regex,
    address: Regex,
    models: Regex,
    bare: Regex,
    bare_people: Regex,
}

/// Listed names that apps and phones have too: they count only where the text begins with them.
const NAMES_OF_APPS: [&str; 10] =
    ["Automaton", "Blackboard", "Butterfly", "Fluid", "Magellan", "Sogou", "Sonic", "Viber", "WhatsApp", "speedy"];

/// Listed, but what apps of people send with.
const NO_ROBOTS: [&str; 3] = ["okhttp", "^Silk\\/", "Code\\/1\\."];

/// Words that programs use of themselves, and the ways in which they give an address to complain to.
const WORDS: &[&str] = &[
    // What they are.
    r"bots?(?:[^a-z]|$)",
    r"crawl|spider|spyder|slurp|scrape|scrapy|archiver|harvest|indexer|webcopier|httrack|\bagent v?\d",
    r"fetch(?:er|or)|grabber|extract(?:or|er)|downloader|parser\b|aggregator|importer|resolver|unfurl|embed(?:ly|der)",
    r"checker|check_|[ -]check\b|validat(?:or|ion)|scan(?:ner)?(?:[^a-z]|$)|analy[sz]er|inspect(?:or|ion)|verif(?:y|ier)\b|probe|prober",
    r"transcoder|(?:image|e?mail)proxy|diagnostics|audit|survey|jndi:|buster\b|lead ?gen|prospect",
    r"thumbnail|screenshot|snapshot|snippet|capture/|render(?:er|tron)|webrender|observatory|reaver|[a-z]agent(?:/|$)",
    r"(?:link|web|url|uri|site|page|rich|message|card|image)[ -]?preview|[a-z_-]preview(?:er|bot|service)?(?:/|$)",
    r"\bfeed|feed(?:s|burner|fetcher|parser)\b|rss[ -]?(?:reader|\b)|\d subscribers?",
    r"link ?(?:check|valid|expand|walker|analy)|sitemap|\bseo\b|seo[ -]?tool|web ?master",
    // Monitors, and browsers that are driven.
    r"monitor(?:ing|or)?(?:[^a-z]|$)|uptime|health.?check|keepalive|synthetic|watchdog|is ?it ?up",
    r"headless|phantomjs|slimerjs|puppeteer|playwright|selenium|webdriver|cypress/|splash version|electron-prerender",
    r"lighthouse|pagespeed|gtmetrix|pingdom|webpagetest|\bptst/|catchpoint|dynatrace|datadog|new ?relic|site24x7",
    r"statuscake|dareboost|speedcurve|calibreapp|dotcom-monitor|uptrends|checkly|freshping|better ?(?:stack|uptime)",
    // Libraries of programs.
    r"http.?client|httprequest|http_?request|httpunit|libwww-perl|libfetch|winhttp|\bphp/|(?:^|[ (])java/?\d|\blwp\b|\bperl\b",
    r"^(?:curl|libcurl|wget|python|urllib|php|perl|ruby|java|jakarta|jetty|apache|go-http|go |node|deno|bun|lua|axios|got|undici|aiohttp|httpx|httpie|postman|insomnia|powershell|reqwest|hyper|guzzle|rest-client|restsharp|typhoeus|faraday|mechanize|lua-resty|colly|nutch|larbin|heritrix)(?:[^a-z]|$)",
    // Google's and others' own visitors.
    r"google-|google (?:page ?speed|search console|favicon|web)|gomezagent|internetarchive|googleother|google(?:webrender|producer|docs|imageproxy|favicon|associationservice|stackdriver|securityscanner)|mediapartners|feedburner|-user/",
];

/// Browsers give no address to complain to.
const ADDRESS: &str = r"^https?:|[\s(+;,\[-]\+?https?://|[\s(+;-]www\.[a-z0-9-]+\.|[\w.+-]+(?:@|\(at\)|\[at\])[\w-]+(?:\.|\(dot\))[a-z]{2}| at \w+ dot com";

impl Robots {
    pub(super) fn new() -> Self {
        let listed: Vec<String> =
            serde_json::from_str(include_str!("../../data/crawlers.json")).expect("a test reads the list");
        let mut names = Vec::new();
        let mut patterns = regex_filtered::Builder::new();
        for pattern in listed.iter().filter(|pattern| !NO_ROBOTS.contains(&pattern.as_str())) {
            match literal(pattern) {
                Some(name) => names.push(name),
                None => patterns = patterns.push(pattern).expect("a test compiles them"),
            }
        }
        let words = WORDS.join("|");
        Self {
            finder: AhoCorasick::new(&names).expect("a test builds it"),
            names,
            patterns: patterns.build().expect("a test builds it"),
            words: insensitive(&words),
            address: insensitive(ADDRESS),
            models: insensitive(MODELS),
            bare: insensitive(BARE),
            bare_people: insensitive(BARE_PEOPLE),
        }
    }

    /// Tells whether a program sent it.
    pub(super) fn are(&self, text: &str, is_known: bool) -> bool {
        let is_app = text.contains("Device/");
        let text = self.without_models(text);
        self.is_listed(&text, is_app)
            || self.patterns.is_match(&text)
            || self.says_so(&text)
            || (!is_known && self.bare.is_match(&text) && !self.bare_people.is_match(&text))
    }

    /// Tells whether a name of the list is there, at the beginning of a word.
    fn is_listed(&self, text: &str, is_app: bool) -> bool {
        let bytes = text.as_bytes();
        self.finder.find_overlapping_iter(text).any(|found| {
            let name = self.names[found.pattern().as_usize()].as_str();
            let is_inside = found.start() > 0
                && bytes[found.start() - 1].is_ascii_alphanumeric()
                && name.as_bytes()[0].is_ascii_alphanumeric();
            let is_of_app =
                NAMES_OF_APPS.contains(&name) && (is_app || found.start() > 0 || text.contains("CFNetwork"));
            !is_inside && !is_of_app
        })
    }

    /// Tells whether it calls itself a program, or says where its maker is found.
    fn says_so(&self, text: &str) -> bool {
        // Toolbars of old wrote addresses into Internet Explorer's text, apps the accounts of their people.
        let has = |part: &&str| text.contains(*part);
        let is_others = text.starts_with('(')
            || ["google_account", "MIDP", "Forum:"].iter().any(has)
            || (text.contains("MSIE ") && !text.contains("+http"));
        self.words.is_match(text) || (!is_others && self.address.is_match(text))
    }

    /// Leaves out names of devices and carriers.
    fn without_models<'a>(&self, text: &'a str) -> Cow<'a, str> {
        self.models.replace_all(text, |found: &regex::Captures<'_>| {
            let part = &found[0];
            // What is compatible with something, or has an address, is no phone.
            let is_model = !["compatible;", "http", "-Google/"].iter().any(|mark| part.contains(mark));
            if is_model { String::from(";") } else { part.to_owned() }
        })
    }
}

/// A name and a version and nothing else; a browser's beginning and nothing of a browser after it.
const BARE: &str = r"^[${<]|^[a-z_.-]{4,}(?: [a-z_-]+){0,3}$|^[a-z][\w.&!-]*(?: [a-z][\w.-]*){0,2}/v?\d[\w.+-]*$|^mozilla/\d\.\d(?: [^()]*|;.*)?$|^mozilla/\d\.\d[ +]\(compatible[;)]";

/// Phones of old say no more than their name either, and some browsers for terminals.
const BARE_PEOPLE: &str = r"^(?:mozilla.*(?:webkit|gecko/|khtml|netfront|polaris|msie|sonyericsson|rim\d)|htc|asus|philips|moto?|alcatel|sie-|siemens|docomo|pantech|amoi|zte|huawei|sec-|sch-|sgh-|sph-|samsung|lge?[ -]|lg\d|gt-|sanyo|sharp|kddi|j-phone|vodafone|kyocera|sagem|haier|bird|lenovo|micromax|spice|karbonn|intex|lava|tianyu|mitsu|panasonic|nec-|nokia|sony|blackberry|palm|qtek|i-mate|toshiba|gionee|k-touch|coolpad|tcl|t-mobile|orange|fly|benq|audiovox|dbtel|cect|dopod|ktouch|rover|w3m|lynx|e?links|dillo|netsurf|opera|ucweb|nook|kindle|dalvik|okhttp|dart|.*(?:browser|midp|syncml|cfnetwork|phone|mobile|player|tv/))";

/// What comes after Android's version within the same brackets; what Facebook's apps say of phone and carrier; names
/// of phones anywhere.
const MODELS: &str = r"android[ -]?[\d.]*(?:;|[ /])(?:[^()]|\([^()]*\))*\)|;?fb(?:cr|dv|md|bd|mf|lc)/[^;\]]*|\bcubot\w*|build/[\w.-]+|device/[^ ]+";

fn insensitive(pattern: &str) -> Regex {
    RegexBuilder::new(pattern).case_insensitive(true).build().expect("a test compiles it")
}

/// Returns what a pattern matches, where that is one text.
fn literal(pattern: &str) -> Option<String> {
    let mut text = String::with_capacity(pattern.len());
    let mut characters = pattern.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => {
                let escaped = characters.next()?;
                if escaped.is_ascii_alphanumeric() {
                    return None;
                }
                text.push(escaped);
            }
            '.' | '^' | '$' | '*' | '+' | '?' | '(' | ')' | '[' | ']' | '{' | '}' | '|' => return None,
            other => text.push(other),
        }
    }
    Some(text)
}
