//! How makers of Android devices name phones, tablets and televisions.

/// Beginnings of names, by kind.
pub(super) struct Models {
    tablets: Vec<&'static str>,
    phones: Vec<&'static str>,
    boxes: Vec<&'static str>,
    computers: Vec<&'static str>,
}

/// Ends of words in names of tablets; a number may follow them.
const TABLET_WORDS: [&str; 4] = ["tab", "pad", "tablet", "book"];
/// Words that end so and name phones.
const NO_TABLETS: [&str; 5] = ["coolpad", "visionbook", "musicpad", "gpad", "fieldbook"];
/// Words in names of televisions and of what stands behind them.
const TV_WORDS: &str =
    " tv box stb bravia stick dongle projector uhd atv ott settop shell 4k smarttv km1 km3 km5 km6 km9 ";
/// The inches of televisions.
const INCHES: &str = " 22 24 28 32 39 40 42 43 48 49 50 55 58 65 70 75 85 86 ";

impl Models {
    pub(super) fn new() -> Self {
        let text = include_str!("../../data/models.txt");
        let names = |section: &str| -> Vec<&'static str> {
            let lines = text.lines().skip_while(|line| *line != section).skip(1).take_while(|line| !line.is_empty());
            lines.flat_map(|line| line.split(',').map(str::trim)).filter(|name| !name.is_empty()).collect()
        };
        Self {
            tablets: names("[tablets]"),
            phones: names("[phones]"),
            boxes: names("[boxes]"),
            computers: names("[computers]"),
        }
    }

    /// Returns what kind of device a text's model is, where its name tells.
    pub(super) fn kind(&self, text: &str) -> Option<&'static str> {
        let model = model(text)?.to_ascii_lowercase();
        let begins = |with: &[&str]| with.iter().any(|start| model.starts_with(start));
        let words = || model.split(|char: char| !char.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
        if self.computers.iter().any(|name| model.contains(name)) {
            return Some("desktop");
        }
        if begins(&self.boxes) || words().any(is_of_tv) {
            return Some("tv");
        }
        if begins(&self.tablets) || words().any(is_of_tablet) || is_of_xiaomi(&model) {
            return Some("tablet");
        }
        let is_silent = !text.contains("Mobile");
        (is_silent && (begins(&self.phones) || is_of_huawei(&model))).then_some("mobile")
    }
}

fn is_listed(words: &str, word: &str) -> bool {
    words.split(' ').any(|known| known == word)
}

fn is_of_tv(word: &str) -> bool {
    // Phones that receive television have a word for that.
    let is_phone = word.ends_with("dtv") || word.ends_with("natv");
    let is_ended = word.len() > 3 && (word.ends_with("tv") || word.ends_with("box")) && !is_phone;
    is_ended || is_listed(TV_WORDS, word) || is_sized(word)
}

fn is_of_tablet(word: &str) -> bool {
    let word = word.trim_end_matches(|char: char| char.is_ascii_digit());
    let is_ended = TABLET_WORDS.iter().any(|known| word.ends_with(known)) || word.starts_with("tablet");
    is_ended && !NO_TABLETS.contains(&word)
}

/// Televisions are named after the inches of their screens: `55UR50GU`, `LE32CT5515AK`, `LED43S97T2SU`.
fn is_sized(word: &str) -> bool {
    let rest = word.trim_start_matches(|char: char| !char.is_ascii_digit());
    let prefix = &word[..word.len() - rest.len()];
    let (inches, rest) = rest.split_at(rest.bytes().take_while(u8::is_ascii_digit).count());
    let is_code = rest.starts_with("lex") || rest.bytes().any(|byte| byte.is_ascii_digit());
    is_listed(INCHES, inches)
        && is_code
        && rest.len() >= 3
        && rest.starts_with(|char: char| char.is_ascii_alphabetic())
        && prefix.len() <= 4
        && !matches!(prefix, "k" | "ms" | "x" | "s" | "a" | "m")
}

/// Phones of Huawei and Honor are named `TET-AN10`, `MGI-AL00`.
fn is_of_huawei(model: &str) -> bool {
    let kind = model.get(3..6).unwrap_or_default();
    ["-an", "-al", "-tl", "-lx", "-nx"].contains(&kind)
}

/// Xiaomi's tablets have `RP` behind the month, its phones other letters: `23073RPBFG`.
fn is_of_xiaomi(model: &str) -> bool {
    let rest = model.trim_start_matches(|char: char| char.is_ascii_digit());
    matches!(model.len() - rest.len(), 4 | 5) && (rest.starts_with("rp") || rest.starts_with("crp"))
}

/// Returns the name of the model: what stands after Android's version and maybe a language.
fn model(text: &str) -> Option<&str> {
    let (_, after) = text.split_once("Android")?;
    let inside = after.split(" Build/").next()?.split(") ").next()?;
    let names = inside.split(';').skip(1);
    let mut names = names.map(|name| name.trim().trim_start_matches("SAMSUNG ").trim_end_matches(')'));
    names.find(|name| {
        let is_mark = matches!(*name, "wv" | "arm" | "arm_64" | "Mobile" | "Tablet");
        !(name.len() < 2 || is_language(name) || is_mark)
    })
}

/// `en-us`, `zh-Hans-CN`, `pt_BR`.
fn is_language(name: &str) -> bool {
    let bytes = name.as_bytes();
    let is_short = name.len() <= 6 || name.starts_with("zh-");
    is_short
        && bytes.get(2).is_some_and(|sign| matches!(sign, b'-' | b'_'))
        && bytes[..2].iter().all(u8::is_ascii_alphabetic)
        && bytes[3..].iter().all(|byte| byte.is_ascii_alphabetic() || *byte == b'-')
}
