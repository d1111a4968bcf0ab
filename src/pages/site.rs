//! The whole book, built in this process.

use std::{
    cell::RefCell,
    fs, io,
    path::{Path, PathBuf},
    rc::Rc,
    sync::LazyLock,
};

use mdbook_driver::{MDBook, book::Book, config::Config, errors};
use mdbook_preprocessor::{Preprocessor, PreprocessorContext};
use regex::Regex;

use super::{
    includes,
    library::{Library, Shown},
    log,
    page::{self, Page},
};
use crate::{
    chapters,
    problem::{Problem, Problems, line_at, within},
};

/// The name of the preprocessor: that of its entry in `book.toml`, which it stands in for.
pub const NAME: &str = "workbook";

/// Marks a folder as a site of ours, which a later build may replace: the names of what the build
/// put there, a line each.
const MARK: &str = ".workbook-site";

/// Builds the book at `root` into the folder `out`, which must be new or empty.
///
/// # Errors
/// Everything that is wrong with the book; `out` may hold part of a site then.
pub fn build(root: &Path, out: &Path, shown: Shown) -> Result<(), Problems> {
    let config = load_config(root)?;
    build_with(root, config, out, shown)
}

/// As [`build`], with another configuration than that of `book.toml`.
///
/// # Errors
/// As [`build`].
pub fn build_with(
    root: &Path,
    config: Config,
    out: &Path,
    shown: Shown,
) -> Result<(), Problems> {
    check_folders(root, &config, &root.join(&config.build.build_dir))?;
    let problems = Rc::new(RefCell::new(Vec::new()));
    let src = root.join(&config.book.src);
    let (built, warnings) =
        log::warnings(|| run_mdbook(root, config, out, shown, Rc::clone(&problems)));
    let mut problems = problems.take();
    if let Err(error) = built {
        problems.push(from_mdbook(root, &src, &format!("{error:#}")));
    }
    problems.extend(warnings.iter().map(|warning| from_mdbook(root, &src, warning)));
    if problems.is_empty() {
        problems.extend(left_over(root, &src, out));
    }
    Problems::none_of(problems)
}

/// Builds the book at `root` as a static site in `out`, in place of an older one.
///
/// # Errors
/// Everything that is wrong with the book, or a folder that is not ours to replace; what was there
/// stays as it was.
pub fn publish(root: &Path, out: Option<&Path>) -> Result<PathBuf, Problems> {
    let config = load_config(root)?;
    let usual = root.join(&config.build.build_dir);
    let out = out.map_or_else(|| usual.clone(), Path::to_owned);
    let problem = |error: io::Error| Problem::file(&out, error);
    // Without `..`, since what it leads through may be moved away below.
    let out = includes::plain(&std::path::absolute(&out).map_err(problem)?);
    check_folders(root, &config, &out)?;
    check_replaceable(&out, out == std::path::absolute(&usual).map_err(problem)?)?;
    let parent = out.parent().unwrap_or(&out);
    fs::create_dir_all(parent).map_err(problem)?;
    let fresh = tempfile::Builder::new()
        .prefix(".workbook-")
        .tempdir_in(parent)
        .map_err(problem)?;
    let (site, old) = (fresh.path().join("site"), fresh.path().join("old"));
    build_with(root, config, &site, Shown::Reference)?;
    let names = names(&site).map_err(problem)?;
    fs::write(site.join(MARK), names.join("\n") + "\n").map_err(problem)?;
    if out.exists() {
        fs::rename(&out, &old).map_err(problem)?;
    }
    fs::rename(&site, &out).map_err(|error| {
        // Nothing was put in its place, so what was there comes back.
        drop(fs::rename(&old, &out));
        problem(error)
    })?;
    Ok(out)
}

/// The configuration of `book.toml` and of mdBook's variables.
///
/// # Errors
/// A file that mdBook cannot read.
pub fn load_config(root: &Path) -> Result<Config, Problems> {
    let file = root.join("book.toml");
    let mut config = Config::from_disk(&file)
        .map_err(|error| Problem::file(within(root, &file), format!("{error:#}")))?;
    config
        .update_from_env()
        .map_err(|error| Problem::file(within(root, &file), format!("{error:#}")))?;
    Ok(config)
}

/// mdBook empties the folder that it builds into: never let that be the one with the pages.
fn check_folders(root: &Path, config: &Config, out: &Path) -> Result<(), Problems> {
    let real = |path: &Path| {
        let path = includes::plain(
            &std::path::absolute(path).unwrap_or_else(|_| path.to_owned()),
        );
        // The part that is there decides: it may be a link.
        let there = path
            .ancestors()
            .find_map(|part| Some((part, fs::canonicalize(part).ok()?)));
        there.map_or(path.clone(), |(part, real)| {
            path.strip_prefix(part).map_or(real.clone(), |rest| real.join(rest))
        })
    };
    let (src, out) = (real(&root.join(&config.book.src)), real(out));
    if src.starts_with(&out) || out.starts_with(&src) {
        let what = format!(
            "building into `{}` would delete the pages in `{}`; set build-dir (or --out) to a \
             folder apart from them, such as target/book",
            within(root, &out).display(),
            config.book.src.display(),
        );
        return Err(Problem::file("book.toml", what).into());
    }
    Ok(())
}

/// A folder is replaced only if nobody else can have put anything there.
fn check_replaceable(out: &Path, usual: bool) -> Result<(), Problems> {
    let mut entries = match fs::read_dir(out) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(Problem::file(out, error).into()),
    };
    // What the stock command left in the folder of `book.toml` may go as well.
    let stock =
        usual && out.join("toc.html").is_file() && out.join(".nojekyll").is_file();
    if entries.next().is_none() || stock {
        return Ok(());
    }
    if let Ok(ours) = fs::read_to_string(out.join(MARK)) {
        let problem = |error| Problem::file(out, error);
        let added =
            |name: &String| name != MARK && !ours.lines().any(|line| line == name);
        return match names(out).map_err(problem)?.iter().find(|name| added(name)) {
            None => Ok(()),
            Some(added) => {
                let what = format!(
                    "`{added}` was put into this site since it was built, and would be \
                     deleted; move it away, or choose another folder with --out"
                );
                Err(Problem::file(out, what).into())
            }
        };
    }
    let what = "this folder is not empty, and no site of `workbook build`; choose another with \
        --out, or empty it yourself";
    Err(Problem::file(out, what).into())
}

/// The names of what a folder holds.
fn names(folder: &Path) -> io::Result<Vec<String>> {
    let name = |entry: io::Result<fs::DirEntry>| {
        Ok(entry?.file_name().to_string_lossy().into_owned())
    };
    fs::read_dir(folder)?.map(name).collect()
}

fn run_mdbook(
    root: &Path,
    mut config: Config,
    out: &Path,
    shown: Shown,
    problems: Rc<RefCell<Vec<Problem>>>,
) -> errors::Result<()> {
    config.build.build_dir = out.to_owned();
    let mut book = MDBook::load_with_config(root, config)?;
    book.with_preprocessor(Pages { shown, problems });
    book.build()
}

/// The preprocessor. It notes problems and goes on, so that mdBook's own are found as well.
struct Pages {
    shown: Shown,
    problems: Rc<RefCell<Vec<Problem>>>,
}

impl Preprocessor for Pages {
    fn name(&self) -> &str {
        NAME
    }

    fn run(&self, ctx: &PreprocessorContext, book: Book) -> errors::Result<Book> {
        let src = ctx.root.join(&ctx.config.book.src);
        let (book, problems) = resolve(&ctx.root, &src, book, self.shown);
        self.problems.borrow_mut().extend(problems);
        Ok(book)
    }
}

/// The book with the directives of all its pages resolved, and what is wrong with it.
pub fn resolve(
    root: &Path,
    src: &Path,
    mut book: Book,
    shown: Shown,
) -> (Book, Vec<Problem>) {
    let library = match Library::open(root, shown) {
        Ok(library) => library,
        Err(error) => return (book, vec![Problem::file("chapters-code", error)]),
    };
    let mut problems: Vec<Problem> = library.problems.clone();
    problems.iter_mut().for_each(|problem| problem.file = within(root, &problem.file));
    problems.extend(unpaired(root, src, &book, &library));
    let mut unrecorded = Vec::new();
    book.for_each_chapter_mut(|chapter| {
        let Some(path) = &chapter.source_path else { return };
        let file = src.join(path);
        let page = Page { root, file: &file, text: &chapter.content };
        let resolved = page::resolve(page, &library);
        chapter.content = resolved.text;
        problems.extend(resolved.problems);
        unrecorded.extend(resolved.unrecorded);
    });
    problems.extend(firsts(unrecorded));
    (book, problems)
}

/// One problem for each missing record, where it is first wanted: a page refers to it in dozens of
/// places, and one command mends them all.
fn firsts(unrecorded: Vec<Problem>) -> Vec<Problem> {
    let mut firsts: Vec<(Problem, usize)> = Vec::new();
    for problem in unrecorded {
        match firsts.iter_mut().find(|(first, _)| first.what == problem.what) {
            Some((_, more)) => *more += 1,
            None => firsts.push((problem, 0)),
        }
    }
    let counted = firsts.into_iter().map(|(mut first, more)| {
        if more > 0 {
            let places = if more == 1 { "place" } else { "places" };
            first.what += &format!(" (it is wanted in {more} more {places})");
        }
        first
    });
    counted.collect()
}

/// Chapters without a page, and pages without a chapter.
fn unpaired(root: &Path, src: &Path, book: &Book, library: &Library) -> Vec<Problem> {
    let mut problems = Vec::new();
    let summary = within(root, &src.join("SUMMARY.md"));
    let listed: Vec<&Path> =
        book.chapters().filter_map(|chapter| chapter.source_path.as_deref()).collect();
    for chapter in library.chapters() {
        let page = PathBuf::from(format!("{}.md", chapter.name));
        if !listed.contains(&page.as_path()) {
            let what = format!(
                "chapters-code/{0} has no page here; write {1} and list it",
                chapter.name,
                within(root, &src.join(&page)).display()
            );
            problems.push(Problem::file(&summary, what));
        }
    }
    let pages = fs::read_dir(src).into_iter().flatten().filter_map(Result::ok);
    for file in pages.map(|entry| entry.path()) {
        let name = file.file_stem().and_then(|name| name.to_str()).unwrap_or_default();
        let is_page = file.extension().is_some_and(|extension| extension == "md");
        if is_page
            && chapters::is_chapter(name)
            && !library.chapters().any(|one| one.name == name)
        {
            let what = format!(
                "no crate chapters-code/{name}; a chapter is one name in both places: name the \
                 page after its crate, or add the crate"
            );
            problems.push(Problem::file(within(root, &file), what));
        }
    }
    problems
}

/// What mdBook said, at the page that it names, if it names one.
fn from_mdbook(root: &Path, src: &Path, message: &str) -> Problem {
    static FILE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"[\w./-]+\.md\b").unwrap_or_else(|error| unreachable!("{error}"))
    });
    let message = message.lines().collect::<Vec<_>>().join(" ");
    let named = FILE.find(&message).map(|name| src.join(name.as_str()));
    let file =
        named.filter(|file| file.is_file()).unwrap_or_else(|| root.join("book.toml"));
    Problem::file(within(root, &file), format!("mdBook: {message}"))
}

/// Braces that are still in the built pages: nobody resolved them.
fn left_over(root: &Path, src: &Path, out: &Path) -> Vec<Problem> {
    let mut problems = Vec::new();
    let files = walkdir::WalkDir::new(out).into_iter().filter_map(Result::ok);
    for file in files.map(walkdir::DirEntry::into_path) {
        let Ok(inside) = file.strip_prefix(out) else { continue };
        let page = src.join(inside.with_extension("md"));
        let html = file.extension().is_some_and(|extension| extension == "html");
        if !html || !page.is_file() {
            continue;
        }
        let Ok(built) = fs::read_to_string(&file) else { continue };
        let source = fs::read_to_string(&page).unwrap_or_default();
        for left in braces(&built) {
            let line = source.find(&left).map(|at| line_at(&source, at));
            let what = format!(
                "`{left}` is left over in the built page; nothing resolves it there: write it in \
                 the page itself, or \\{{{{ for the braces"
            );
            problems.push(Problem { file: within(root, &page), line, what });
        }
    }
    problems
}

/// `{{` and what follows in the text of a page, outside code, scripts and tags.
fn braces(html: &str) -> Vec<String> {
    static SKIP: LazyLock<Regex> = LazyLock::new(|| {
        let skip = r"(?s)<!--.*?-->|<(?:pre|code|script|style)\b.*?</(?:pre|code|script|style)>|<[^>]*>";
        Regex::new(skip).unwrap_or_else(|error| unreachable!("{error}"))
    });
    let text = SKIP.replace_all(html, "\u{1}");
    let found = text.match_indices("{{").map(|(at, _)| &text[at..]);
    found
        .map(|rest| {
            rest.split(['\n', '\u{1}'])
                .next()
                .unwrap_or("{{")
                .chars()
                .take(40)
                .collect()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn braces_in_code_and_tags_are_not_left_over() {
        let html =
            "<p title=\"{{x}}\">a<code>{{b}}</code></p><pre>{{c}}</pre>{<!-- -->{d}}";
        assert_eq!(braces(html), Vec::<String>::new());
        assert_eq!(braces("<p>see {{measured x}}\nmore</p>"), ["{{measured x}}"]);
    }
}
