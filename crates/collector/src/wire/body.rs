//! Bodies as they travel: compressed, wrapped in base64 or a form; never larger than allowed once opened.

use std::borrow::Cow;
use std::io::{self, Read};

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use super::{BadRequest, Request, lz};
use crate::json;

const GZIP: [u8; 3] = [0x1f, 0x8b, 0x08];

/// Senders differ in padding.
const LENIENT: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_decode_padding_mode(DecodePaddingMode::Indifferent)
    .with_decode_allow_trailing_bits(true);
const BASE64: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, LENIENT);
const BASE64_URL: GeneralPurpose = GeneralPurpose::new(&alphabet::URL_SAFE, LENIENT);

/// Undoes the header `Content-Encoding`; `limit` is in bytes.
pub(super) fn decode<'a>(body: &'a [u8], encodings: Option<&str>, limit: usize) -> Result<Cow<'a, [u8]>, BadRequest> {
    let names: Vec<&str> =
        encodings.unwrap_or_default().split(',').map(str::trim).filter(|name| !name.is_empty()).collect();
    if names.len() > 2 {
        return Err(BadRequest::UnsupportedEncoding("the body is compressed more than twice".into()));
    }
    let mut decoded = Cow::Borrowed(body);
    for name in names.iter().rev() {
        decoded = decode_once(decoded, name, limit)?;
    }
    within(decoded.len(), limit)?;
    Ok(decoded)
}

fn decode_once<'a>(body: Cow<'a, [u8]>, encoding: &str, limit: usize) -> Result<Cow<'a, [u8]>, BadRequest> {
    let opened = match encoding.to_ascii_lowercase().as_str() {
        "identity" => return Ok(body),
        // Some proxies decompress and leave the header.
        "gzip" | "x-gzip" if !body.starts_with(&GZIP) => return Ok(body),
        "gzip" | "x-gzip" => read(flate2::read::MultiGzDecoder::new(&*body), limit)?,
        "deflate" => match read(flate2::read::ZlibDecoder::new(&*body), limit) {
            // The name is used for both, with and without zlib's header.
            Err(BadRequest::Malformed(_)) => read(flate2::read::DeflateDecoder::new(&*body), limit)?,
            opened => opened?,
        },
        "br" => read(brotli::Decompressor::new(&*body, 4096), limit)?,
        "zstd" => read(zstd::Decoder::new(&*body).map_err(|error| malformed(&error))?, limit)?,
        other => {
            let text = format!("the encoding {other:?} is not known; gzip, deflate, br and zstd are");
            return Err(BadRequest::UnsupportedEncoding(text));
        }
    };
    Ok(Cow::Owned(opened))
}

/// Undoes `Content-Encoding`, and gzip that no header tells of.
pub(super) fn decode_sniffing<'a>(request: &Request<'a>, limit: usize) -> Result<Cow<'a, [u8]>, BadRequest> {
    let body = decode(request.body, request.content_encoding, limit)?;
    if body.starts_with(&GZIP) { decode_once(body, "gzip", limit) } else { Ok(body) }
}

/// Returns the JSON in the body of a browser's or server's PostHog library, whatever its headers say.
pub(super) fn unwrap<'a>(request: &Request<'a>, limit: usize) -> Result<Cow<'a, [u8]>, BadRequest> {
    let mut body = decode(request.body, request.content_encoding, limit)?;
    if body.is_empty()
        && let Some(data) = request.query_value("data")
    {
        within(data.len(), limit)?;
        body = Cow::Owned(unspoiled(data));
    }
    let mut is_lz = matches!(request.query_value("compression").as_deref(), Some("lz64" | "lz-string"));
    // A form that holds base64 of gzip of base64 has been seen; more is a trap.
    for _ in 0..5 {
        if body.starts_with(&GZIP) {
            body = Cow::Owned(read(flate2::read::MultiGzDecoder::new(&*body), limit)?);
            continue;
        }
        match json::first_byte(&body) {
            Some(b'{' | b'[') => return Ok(body),
            None => return Err(BadRequest::Malformed("the body is empty".into())),
            Some(_) => {
                body = Cow::Owned(match form_data(&body) {
                    Some(data) => data,
                    None if is_lz => {
                        is_lz = false;
                        let text = lz::open(&body, limit)?;
                        // A unit of it may be three bytes.
                        within(text.len(), limit)?;
                        text.into_bytes()
                    }
                    None => base64(&body)?,
                });
            }
        }
    }
    Err(BadRequest::Malformed("the body is wrapped too often".into()))
}

fn form_data(body: &[u8]) -> Option<Vec<u8>> {
    if !body.starts_with(b"data=") && !contains(body, b"&data=") {
        return None;
    }
    let data = url::form_urlencoded::parse(body).find(|(name, _)| name == "data")?.1;
    Some(unspoiled(data.into_owned()))
}

/// Base64 that was not escaped lost its plus signs on the way; JSON keeps its spaces.
fn unspoiled(data: String) -> Vec<u8> {
    let is_json = matches!(json::first_byte(data.as_bytes()), Some(b'{' | b'['));
    if is_json { data } else { data.replace(' ', "+") }.into_bytes()
}

fn contains(body: &[u8], part: &[u8]) -> bool {
    body.windows(part.len()).any(|window| window == part)
}

fn base64(body: &[u8]) -> Result<Vec<u8>, BadRequest> {
    let packed: Vec<u8> = body.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect();
    let decoded = BASE64.decode(&packed).or_else(|_| BASE64_URL.decode(&packed));
    decoded.map_err(|_| BadRequest::Malformed("the body is neither JSON, nor gzip, nor base64".into()))
}

fn read(decoder: impl Read, limit: usize) -> Result<Vec<u8>, BadRequest> {
    let mut opened = Vec::new();
    decoder.take(limit as u64 + 1).read_to_end(&mut opened).map_err(|error| malformed(&error))?;
    within(opened.len(), limit)?;
    Ok(opened)
}

fn within(bytes: usize, limit: usize) -> Result<(), BadRequest> {
    if bytes > limit {
        return Err(BadRequest::TooLarge(format!("the body has more than {limit} bytes once decompressed")));
    }
    Ok(())
}

fn malformed(error: &io::Error) -> BadRequest {
    BadRequest::Malformed(format!("the body can't be decompressed: {error}"))
}
