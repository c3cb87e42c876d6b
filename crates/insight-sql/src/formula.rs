//! Formulas over series: `A / B * 100`.

use crate::error::Reason;

/// How long a formula may be, in characters.
const MAX_LENGTH: usize = 500;

/// How deep parentheses and signs may nest.
const MAX_DEPTH: usize = 50;

/// A parsed formula.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Formula {
    Number(f64),
    /// The series' position, 0 for A.
    Series(usize),
    Negative(Box<Formula>),
    Add(Box<Formula>, Box<Formula>),
    Subtract(Box<Formula>, Box<Formula>),
    Multiply(Box<Formula>, Box<Formula>),
    Divide(Box<Formula>, Box<Formula>),
}

impl Formula {
    /// Parses an expression over `series` series.
    pub(crate) fn parse(expression: &str, series: usize) -> Result<Self, Reason> {
        let mut parser = Parser { text: expression.chars().collect(), at: 0, series };
        if parser.text.len() > MAX_LENGTH {
            return Err(Reason::TooMany { limit: MAX_LENGTH, what: "characters" });
        }
        let formula = parser.sum(0)?;
        match parser.peek() {
            None => Ok(formula),
            Some(')') => Err(parser.error("a “)” without its “(”")),
            Some(_) => Err(parser.error("expected an operator")),
        }
    }

    /// Computes the formula over one value of each series; no value where one is missing or a division is by zero.
    pub(crate) fn evaluate(&self, series: &[Option<f64>]) -> Option<f64> {
        let value = match self {
            Self::Number(number) => *number,
            Self::Series(index) => (*series.get(*index)?)?,
            Self::Negative(inner) => -inner.evaluate(series)?,
            Self::Add(left, right) => left.evaluate(series)? + right.evaluate(series)?,
            Self::Subtract(left, right) => left.evaluate(series)? - right.evaluate(series)?,
            Self::Multiply(left, right) => left.evaluate(series)? * right.evaluate(series)?,
            Self::Divide(left, right) => {
                let divisor = right.evaluate(series)?;
                if divisor == 0.0 {
                    return None;
                }
                left.evaluate(series)? / divisor
            }
        };
        // Adding zero turns -0 into 0, which nobody wants to read.
        value.is_finite().then_some(value + 0.0)
    }
}

struct Parser {
    text: Vec<char>,
    at: usize,
    series: usize,
}

impl Parser {
    fn sum(&mut self, depth: usize) -> Result<Formula, Reason> {
        let mut left = self.product(depth)?;
        loop {
            let join = match self.peek() {
                Some('+') => Formula::Add,
                Some('-') => Formula::Subtract,
                _ => return Ok(left),
            };
            self.at += 1;
            left = join(Box::new(left), Box::new(self.product(depth)?));
        }
    }

    fn product(&mut self, depth: usize) -> Result<Formula, Reason> {
        let mut left = self.factor(depth)?;
        loop {
            let join = match self.peek() {
                Some('*') => Formula::Multiply,
                Some('/') => Formula::Divide,
                _ => return Ok(left),
            };
            self.at += 1;
            left = join(Box::new(left), Box::new(self.factor(depth)?));
        }
    }

    fn factor(&mut self, depth: usize) -> Result<Formula, Reason> {
        if depth > MAX_DEPTH {
            return Err(self.error("nested too deep"));
        }
        match self.peek() {
            Some('-') => {
                self.at += 1;
                Ok(Formula::Negative(Box::new(self.factor(depth + 1)?)))
            }
            Some('(') => {
                self.at += 1;
                let inner = self.sum(depth + 1)?;
                if self.peek() != Some(')') {
                    return Err(self.error("expected “)”"));
                }
                self.at += 1;
                Ok(inner)
            }
            Some(letter) if letter.is_alphabetic() => self.letter(letter),
            Some(digit) if digit.is_ascii_digit() || digit == '.' => self.number(),
            Some(_) | None => Err(self.error("expected a series, a number or “(”")),
        }
    }

    fn letter(&mut self, letter: char) -> Result<Formula, Reason> {
        let known = ('A'..='Z').take(self.series).position(|known| known == letter);
        let Some(index) = known else {
            return Err(self.error(&format!("there is no series “{letter}”")));
        };
        self.at += 1;
        Ok(Formula::Series(index))
    }

    fn number(&mut self) -> Result<Formula, Reason> {
        let begin = self.at;
        let digits: String = self.text[begin..].iter().take_while(|c| c.is_ascii_digit() || **c == '.').collect();
        let Ok(number) = digits.parse() else {
            return Err(self.error("not a number"));
        };
        self.at += digits.len();
        Ok(Formula::Number(number))
    }

    fn peek(&mut self) -> Option<char> {
        while self.text.get(self.at).is_some_and(|c| c.is_whitespace()) {
            self.at += 1;
        }
        self.text.get(self.at).copied()
    }

    fn error(&self, message: &str) -> Reason {
        Reason::BadFormula { message: message.to_owned(), position: self.at + 1 }
    }
}
