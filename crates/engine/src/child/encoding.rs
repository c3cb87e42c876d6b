//! Content encodings, in and out.

use std::io;
use std::pin::Pin;

use async_compression::tokio::bufread::{
    GzipDecoder, GzipEncoder, Lz4Decoder, Lz4Encoder, ZlibDecoder, ZlibEncoder, ZstdDecoder, ZstdEncoder,
};
use axum::body::Body;
use bytes::Bytes;
use futures::Stream;
use tokio::io::AsyncRead;
use tokio_util::io::{ReaderStream, StreamReader};

use super::exception::Exception;

/// Bytes that are read as they arrive.
pub(super) type Reader = Pin<Box<dyn AsyncRead + Send>>;

/// Reads a body in its encoding.
pub(super) fn decode(body: Body, encoding: Option<&str>) -> Result<Reader, Exception> {
    let stream = futures::TryStreamExt::map_err(body.into_data_stream(), io::Error::other);
    let reader = StreamReader::new(stream);
    Ok(match encoding {
        None => Box::pin(reader),
        Some("gzip" | "x-gzip") => Box::pin(several(GzipDecoder::new(reader), GzipDecoder::multiple_members)),
        Some("deflate") => Box::pin(ZlibDecoder::new(reader)),
        Some("zstd") => Box::pin(several(ZstdDecoder::new(reader), ZstdDecoder::multiple_members)),
        Some("lz4") => Box::pin(several(Lz4Decoder::new(reader), Lz4Decoder::multiple_members)),
        Some(other) => {
            return Err(Exception::not_implemented(format!(
                "Unknown compression method: {other}; known are gzip, deflate, zstd and lz4"
            )));
        }
    })
}

/// A body may be several compressed members one after the other.
fn several<D>(mut decoder: D, set: impl FnOnce(&mut D, bool)) -> D {
    set(&mut decoder, true);
    decoder
}

/// An encoding for answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    Gzip,
    Deflate,
    Zstd,
    Lz4,
}

impl Encoding {
    /// The first of the accepted encodings that is known here.
    pub(super) fn choose(accepted: &[String]) -> Option<Encoding> {
        accepted.iter().find_map(|name| match name.as_str() {
            "gzip" => Some(Encoding::Gzip),
            "deflate" => Some(Encoding::Deflate),
            "zstd" => Some(Encoding::Zstd),
            "lz4" => Some(Encoding::Lz4),
            _ => None,
        })
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Encoding::Gzip => "gzip",
            Encoding::Deflate => "deflate",
            Encoding::Zstd => "zstd",
            Encoding::Lz4 => "lz4",
        }
    }

    /// Encodes a stream of pieces.
    pub(super) fn encode(self, pieces: impl Stream<Item = io::Result<Bytes>> + Send + 'static) -> Body {
        let reader = StreamReader::new(Box::pin(pieces));
        match self {
            Encoding::Gzip => body(GzipEncoder::new(reader)),
            Encoding::Deflate => body(ZlibEncoder::new(reader)),
            Encoding::Zstd => body(ZstdEncoder::with_quality(reader, async_compression::Level::Precise(1))),
            Encoding::Lz4 => body(Lz4Encoder::new(reader)),
        }
    }
}

fn body(reader: impl AsyncRead + Send + 'static) -> Body {
    const PIECE_BYTES: usize = 64 * 1024;
    Body::from_stream(ReaderStream::with_capacity(reader, PIECE_BYTES))
}
