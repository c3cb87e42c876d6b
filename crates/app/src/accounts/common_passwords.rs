//! Passwords that everybody tries first.

/// Words that passwords are made of; digits and signs around them make no difference.
const WORDS: &str = "\
    password passwort motdepasse contrasena senha parola haslo qwerty qwertz azerty qwertyuiop qwertzuiop \
    azertyuiop asdfgh asdfghjkl zxcvbnm yxcvbnm qazwsx qazwsxedc qweasd qweasdzxc admin administrator root \
    superuser sysadmin changeme changemenow welcome letmein iloveyou iloveu monkey dragon master sunshine \
    princess football baseball basketball superman batman trustno shadow michael jennifer jordan hunter \
    ranger buster soccer harley andrew tigger charlie robert thomas hockey killer george computer internet \
    michelle jessica pepper daniel access joshua maggie starwars silver william dallas yankees hello freedom \
    whatever ginger cookie nicole chelsea biteme matthew summer winter spring autumn ashley bailey passw0rd \
    p@ssword p@ssw0rd pa$$word secret secretpassword mypassword newpassword yourpassword thepassword \
    passwordpassword default guest test testtest testing demo login loginlogin user username oracle mysql \
    postgres postgresql database server system manager company temporary temp temppassword pass passpass \
    passphrase google facebook linkedin dropbox samsung android iphone apple microsoft windows liverpool \
    arsenal barcelona realmadrid juventus manchester pokemon naruto minecraft fortnite spiderman ironman \
    flower rainbow butterfly chocolate strawberry blueberry babygirl lovely loveme forever friends family \
    january february march april june july august september october november december monday tuesday \
    wednesday thursday friday saturday sunday nothing everything correcthorsebatterystaple radixinsight \
    analytics dashboard insight insights qwerty123qwerty abc abcd abcdef abcdefg abcdefgh abcdefghi \
    abcdefghij abcabc aaaaaa zzzzzz xxxxxx";

/// Returns whether a password is one of those tried first: a word of the list with digits or signs around it, the same
/// again and again, or digits in order.
pub(super) fn is_common(password: &str) -> bool {
    let lower = password.to_lowercase();
    let bare = lower.trim_matches(|letter: char| !letter.is_alphabetic());
    let is_word = |word: &str| WORDS.split(' ').any(|known| known == word);
    is_word(&lower) || is_word(bare) || is_word(&repeated(bare)) || is_digits_only(bare, &lower)
}

/// Returns the piece that a text repeats, or the text.
fn repeated(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let piece = (1..=letters.len() / 2).find(|&length| {
        letters.len().is_multiple_of(length) && letters.chunks(length).all(|chunk| chunk == &letters[..length])
    });
    letters[..piece.unwrap_or(letters.len())].iter().collect()
}

/// Digits alone are few: dates, telephone numbers, keys in a row. Signs between them add little.
fn is_digits_only(bare: &str, whole: &str) -> bool {
    bare.is_empty()
        && whole.chars().all(|letter| letter.is_ascii_digit() || letter.is_ascii_punctuation() || letter == ' ')
}
