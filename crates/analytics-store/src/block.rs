//! Rows for an insert, column by column, in ClickHouse's Native format: the fastest one to insert.

use bytes::Bytes;
use uuid::Uuid;

use crate::Error;
use crate::connection::identifier;

/// Columns of equal length under their names.
#[derive(Debug, Clone, Default)]
pub struct Block {
    columns: Vec<(&'static str, Column)>,
    order: Option<Vec<u32>>,
}

/// The values of one column. The table's column may be of another type that the value converts to, such as
/// `LowCardinality(String)`.
#[derive(Debug, Clone)]
pub enum Column {
    /// `String`.
    Text(Texts),
    /// `UUID`.
    Uuid(Vec<Uuid>),
    /// `DateTime64(3, 'UTC')`: milliseconds since 1970.
    Instant(Vec<i64>),
    /// `Date`: days since 1970.
    Date(Vec<u16>),
    /// `Bool`.
    Bool(Vec<bool>),
    /// `UInt8`.
    UInt8(Vec<u8>),
    /// `UInt16`.
    UInt16(Vec<u16>),
    /// `UInt32`.
    UInt32(Vec<u32>),
    /// `UInt64`.
    UInt64(Vec<u64>),
    /// `Int64`.
    Int64(Vec<i64>),
    /// `Float64`.
    Float64(Vec<f64>),
}

/// Texts packed one after the other as they are sent: no allocation a row.
#[derive(Debug, Clone, Default)]
pub struct Texts {
    packed: Vec<u8>,
    rows: usize,
}

impl Block {
    /// Returns a block without columns.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a column.
    #[must_use]
    pub fn column(mut self, name: &'static str, column: Column) -> Self {
        self.columns.push((name, column));
        self
    }

    /// Sends the rows in this order: the number of each, once. The order of the table's key spares the store the sorting.
    #[must_use]
    pub fn in_order(mut self, order: Vec<u32>) -> Self {
        self.order = Some(order);
        self
    }

    /// Returns the number of rows: that of the first column.
    pub fn rows(&self) -> usize {
        self.columns.first().map_or(0, |(_, column)| column.rows())
    }

    /// Returns a column.
    pub fn get(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|(known, _)| *known == name).map(|(_, column)| column)
    }

    /// Returns the columns' names in order.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.columns.iter().map(|(name, _)| *name)
    }

    /// Returns the block in Native format, in pieces; fails if columns differ in length, or are not of the length of the
    /// order that was asked for.
    pub fn encode(&self) -> Result<Vec<Bytes>, Error> {
        let rows = self.rows();
        let order = self.order.as_deref();
        if let Some(order) = order.filter(|order| !is_each_once(order, rows)) {
            return Err(Error::Block(format!("an order of {} rows is none for {rows}", order.len())));
        }
        let mut head = Vec::new();
        varint(&mut head, self.columns.len());
        varint(&mut head, rows);
        let mut pieces = vec![Bytes::from(head)];
        for (name, column) in &self.columns {
            identifier("column", name).map_err(Error::Block)?;
            if column.rows() != rows {
                return Err(Error::Block(format!("column {name} has {} rows, others have {rows}", column.rows())));
            }
            let mut head = Vec::with_capacity(64);
            text(&mut head, name);
            text(&mut head, column.type_name());
            pieces.push(Bytes::from(head));
            pieces.push(column.values(order));
        }
        Ok(pieces)
    }
}

impl Column {
    /// Returns the number of values.
    pub fn rows(&self) -> usize {
        match self {
            Self::Text(values) => values.rows,
            Self::Uuid(values) => values.len(),
            Self::Instant(values) | Self::Int64(values) => values.len(),
            Self::Date(values) | Self::UInt16(values) => values.len(),
            Self::Bool(values) => values.len(),
            Self::UInt8(values) => values.len(),
            Self::UInt32(values) => values.len(),
            Self::UInt64(values) => values.len(),
            Self::Float64(values) => values.len(),
        }
    }

    fn type_name(&self) -> &'static str {
        match self {
            Self::Text(_) => "String",
            Self::Uuid(_) => "UUID",
            Self::Instant(_) => "DateTime64(3, 'UTC')",
            Self::Date(_) => "Date",
            Self::Bool(_) => "Bool",
            Self::UInt8(_) => "UInt8",
            Self::UInt16(_) => "UInt16",
            Self::UInt32(_) => "UInt32",
            Self::UInt64(_) => "UInt64",
            Self::Int64(_) => "Int64",
            Self::Float64(_) => "Float64",
        }
    }

    fn values(&self, order: Option<&[u32]>) -> Bytes {
        match self {
            Self::Text(values) => values.values(order),
            Self::Uuid(values) => packed(values, order, |id| {
                // Two halves, the high one first, each little-endian.
                let (high, low) = id.as_u64_pair();
                (u128::from(low) << 64 | u128::from(high)).to_le_bytes()
            }),
            Self::Instant(values) | Self::Int64(values) => packed(values, order, |value| value.to_le_bytes()),
            Self::Date(values) | Self::UInt16(values) => packed(values, order, |value| value.to_le_bytes()),
            Self::Bool(values) => packed(values, order, |value| [u8::from(*value)]),
            Self::UInt8(values) => packed(values, order, |value| [*value]),
            Self::UInt32(values) => packed(values, order, |value| value.to_le_bytes()),
            Self::UInt64(values) => packed(values, order, |value| value.to_le_bytes()),
            Self::Float64(values) => packed(values, order, |value| value.to_le_bytes()),
        }
    }
}

impl Texts {
    /// Returns an empty column with room for `bytes` bytes of text.
    pub fn with_capacity(bytes: usize) -> Self {
        Self { packed: Vec::with_capacity(bytes), rows: 0 }
    }

    /// Appends a row.
    pub fn push(&mut self, value: &str) {
        text(&mut self.packed, value);
        self.rows += 1;
    }

    /// Returns the number of rows.
    pub fn len(&self) -> usize {
        self.rows
    }

    /// Tells whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.rows == 0
    }

    /// Returns the bytes held.
    pub fn bytes(&self) -> usize {
        self.packed.len()
    }

    /// Returns the rows.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.packed_rows().filter_map(|row| std::str::from_utf8(&row.all[row.head..]).ok())
    }

    fn values(&self, order: Option<&[u32]>) -> Bytes {
        let Some(order) = order else { return Bytes::copy_from_slice(&self.packed) };
        let rows: Vec<&[u8]> = self.packed_rows().map(|row| row.all).collect();
        let mut bytes = Vec::with_capacity(self.packed.len());
        for row in order {
            bytes.extend_from_slice(rows[*row as usize]);
        }
        Bytes::from(bytes)
    }

    fn packed_rows(&self) -> impl Iterator<Item = PackedRow<'_>> {
        let mut rest = &self.packed[..];
        std::iter::from_fn(move || {
            let (mut length, mut head) = (0, 0);
            for shift in (0..).step_by(7) {
                let byte = *rest.get(head)?;
                head += 1;
                length |= usize::from(byte & 0x7f) << shift;
                if byte & 0x80 == 0 {
                    break;
                }
            }
            let (all, behind) = rest.split_at_checked(head + length)?;
            rest = behind;
            Some(PackedRow { all, head })
        })
    }
}

/// A text with its length in front.
struct PackedRow<'a> {
    all: &'a [u8],
    head: usize,
}

impl<T: AsRef<str>> FromIterator<T> for Texts {
    fn from_iter<I: IntoIterator<Item = T>>(values: I) -> Self {
        let mut texts = Self::default();
        for value in values {
            texts.push(value.as_ref());
        }
        texts
    }
}

fn packed<T, const N: usize>(values: &[T], order: Option<&[u32]>, bytes_of: impl Fn(&T) -> [u8; N]) -> Bytes {
    let mut bytes = Vec::with_capacity(values.len() * N);
    match order {
        Some(order) => order.iter().for_each(|row| bytes.extend_from_slice(&bytes_of(&values[*row as usize]))),
        None => values.iter().for_each(|value| bytes.extend_from_slice(&bytes_of(value))),
    }
    Bytes::from(bytes)
}

fn is_each_once(order: &[u32], rows: usize) -> bool {
    let mut seen = vec![false; rows];
    let fresh = |row: &u32| seen.get_mut(*row as usize).is_some_and(|seen| !std::mem::replace(seen, true));
    order.len() == rows && order.iter().all(fresh)
}

fn text(out: &mut Vec<u8>, value: &str) {
    varint(out, value.len());
    out.extend_from_slice(value.as_bytes());
}

/// Seven bits a byte, the lowest first.
fn varint(out: &mut Vec<u8>, mut value: usize) {
    while value >= 0x80 {
        out.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}
