//! The attribute `#[check]`: a test that is graded. Use it through `harness`.

use proc_macro::{Delimiter, Group, Span, TokenStream, TokenTree};

/// What `cargo test` says beside a check that it leaves out.
const IGNORED: &str = "graded by: cargo run -- check";

/// Makes a function a check: a test that `cargo test` leaves out, and that hands in a receipt when
/// the workbook grades it.
///
/// ```ignore
/// #[check]
/// fn every_result_is_at_its_jobs_place() {
///     equal("the results", in_order(&[3, 1, 2]), vec![9, 1, 4], "each belongs to a job");
/// }
/// ```
///
/// It does not compile if the function takes or returns something, or is `async`, and says so.
#[proc_macro_attribute]
pub fn check(arguments: TokenStream, function: TokenStream) -> TokenStream {
    match graded(arguments, function.into_iter().collect()) {
        Ok(test) => test,
        Err((span, what)) => error(span, what),
    }
}

type Refused = (Span, &'static str);

fn graded(
    arguments: TokenStream,
    mut function: Vec<TokenTree>,
) -> Result<TokenStream, Refused> {
    if let Some(argument) = arguments.into_iter().next() {
        return Err((argument.span(), "`#[check]` takes no arguments"));
    }
    let is = |token: &TokenTree, word: &str| token.to_string() == word;
    let keyword = function.iter().position(|token| is(token, "fn"));
    let Some(keyword) = keyword else {
        return Err((Span::call_site(), "`#[check]` belongs on a function"));
    };
    if let Some(token) = function[..keyword].iter().find(|token| is(token, "async")) {
        let what = "a check is not `async`; call `harness::virtual_time` in it";
        return Err((token.span(), what));
    }
    match function.get(keyword + 2) {
        Some(TokenTree::Group(list)) if list.stream().is_empty() => (),
        Some(token) => return Err((token.span(), "a check takes nothing")),
        None => return Err((Span::call_site(), "`#[check]` belongs on a function")),
    }
    let body = match function.pop() {
        Some(TokenTree::Group(body)) if body.delimiter() == Delimiter::Brace => body,
        _ => return Err((Span::call_site(), "a check has a body")),
    };
    if let Some(token) = function.get(keyword + 3) {
        return Err((
            token.span(),
            "a check returns nothing; call `harness::fail` in it",
        ));
    }
    // The body keeps its spans, so that errors in it are shown where they are.
    let mut call: TokenStream = parse("::harness::graded");
    let closure = parse("||").into_iter().chain([TokenTree::Group(body)]);
    let closure = Group::new(Delimiter::Parenthesis, closure.collect());
    call.extend([TokenTree::Group(closure)]);
    let mut test = parse(&format!("#[test] #[ignore = {IGNORED:?}]"));
    test.extend(function);
    test.extend([TokenTree::Group(Group::new(Delimiter::Brace, call))]);
    Ok(test)
}

fn error(span: Span, what: &str) -> TokenStream {
    let error = parse(&format!("::core::compile_error!({what:?});"));
    error.into_iter().map(|token| with_span(token, span)).collect()
}

fn with_span(token: TokenTree, span: Span) -> TokenTree {
    let mut token = match token {
        TokenTree::Group(group) => {
            let inner = group.stream().into_iter().map(|token| with_span(token, span));
            TokenTree::Group(Group::new(group.delimiter(), inner.collect()))
        }
        other => other,
    };
    token.set_span(span);
    token
}

fn parse(code: &str) -> TokenStream {
    // Only this file's own literals come here.
    code.parse().unwrap_or_else(|_| TokenStream::new())
}
