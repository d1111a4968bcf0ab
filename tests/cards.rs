//! Cards of exercises, and timetables.

use insta::assert_snapshot;

use crate::fixture::Fixture;

mod fixture;

const MANIFEST: &str = "exercises/ch05_image_pool/exercises.toml";

/// An exercise that takes `minutes`, with words that would be markup.
fn entry(id: &str, title: &str, minutes: u32) -> String {
    format!(
        r#"
[[exercise]]
id = "{id}"
title = '{title}'
minutes = {minutes}
objectives = ["count `a < b` & *c*"]
task = "Count **all** of them."
hints = ["1", "2", "3"]
[[exercise.check]]
name = "a"
points = 1
says = "1. a <b> is one"
[[exercise.check]]
name = "b"
points = 2
says = "[b](c) is {{ #no }}"
[[exercise.wrong]]
name = "w"
thinks = "t"
fails = "a"
says = "s"
"#
    )
}

/// A book with two exercises, and with one track.
fn book(page: &str, title: &str, track: &str) -> Fixture {
    let fixture = Fixture::new(page);
    let (first, second) = (entry("ordered", title, 15), entry("grain", "Grain", 1));
    fixture.write(MANIFEST, &format!("schema = 1\n{first}{second}"));
    for id in ["ordered", "grain"] {
        fixture.write(
            &format!("exercises/ch05_image_pool/sealed/{id}.rs"),
            "/// ```\n/// one::<u8>();\n/// ```\npub fn one() -> u32 {\n    //@ starter\n    \
             0\n    //@ solution\n    1\n    //@ end\n}\n",
        );
    }
    fixture.write("book/tracks.toml", &format!("schema = 1\n{track}"));
    fixture
}

/// Two sessions, of 50 and of `minutes` minutes, with 10 and 5 minutes of breaks.
fn track(minutes: u32) -> String {
    format!(
        r#"
[[track]]
id = "lecture"
title = "One lecture"
[[track.session]]
title = "Work <i>or</i> wait & see"
minutes = 50
breaks = 10
parts = ["ch05", "ch05.ordered"]
home = ["ch05.grain", "ch05"]
[[track.session]]
title = "More"
minutes = {minutes}
breaks = 5
parts = ["ch05.ordered"]
"#
    )
}

fn built(page: &str) -> String {
    book(page, "In the order of the jobs", &track(20)).built().replace("><", ">\n<")
}

#[track_caller]
fn refused(page: &str, track: &str, parts: &[&str]) {
    let refused = book(page, "In order", track).refused();
    assert_eq!(refused.len(), 1, "{refused:#?}");
    assert!(refused[0].starts_with("book/ch05_image_pool.md:3: "), "{}", refused[0]);
    for part in parts {
        assert!(refused[0].contains(part), "{}\nshould say {part}", refused[0]);
    }
}

#[test]
fn a_card_says_what_to_do_what_it_is_worth_and_how_it_is_checked() {
    assert_snapshot!(built("# Pool\n\n{{exercise ch05.ordered}}\n"));
}

#[test]
fn the_cards_of_a_chapter_are_in_the_order_of_its_exercises() {
    let page = built("# Pool\n\n{{exercises ch05}}\n");
    let place = |id: &str| page.find(&format!("data-exercise=\"{id}\"")).expect(id);
    assert!(place("ch05.ordered") < place("ch05.grain"));
    assert!(page.contains("15 minutes · 3 points"), "{page}");
    assert!(page.contains("1 minute · 3 points"), "{page}");
}

#[test]
fn what_a_title_holds_is_text_whatever_it_is() {
    let hostile = r#"<script>x()</script> <img src=x onerror=y()> `a` *b* [c](javascript:d) &lt; "e" { #f onclick=g }"#;
    let page = book("# Pool\n\n{{exercise ch05.ordered}}\n", hostile, "").built();
    let (_, rest) = page.split_once("<h3 ").expect("a heading");
    let (heading, _) = rest.split_once("</h3>").expect("its end");
    assert_snapshot!(heading);
    for tag in ["<script>x", "<img", "<code>a", "<em>b", "javascript:d\"", "<b>"] {
        assert!(!page.contains(tag), "{tag} in {page}");
    }
    let directive = book("# Pool\n\n{{exercise ch05.ordered}}\n", "{{run ch05}}", "");
    assert!(directive.refused()[0].contains("`{{run ch05}}` is left over"));
}

#[test]
fn what_a_card_says_of_a_check_is_text_too() {
    let page = built("# Pool\n\n{{exercise ch05.ordered}}\n");
    assert!(page.contains("1. a &lt;b&gt; is one (1 point)"), "{page}");
    assert!(page.contains("[b](c) is { #no } (2 points)"), "{page}");
    assert!(page.contains("count `a &lt; b` &amp; *c*"), "{page}");
}

#[test]
fn an_unknown_exercise_or_chapter_or_track_is_refused_with_what_may_be_meant() {
    let track = track(20);
    refused(
        "# Pool\n\n{{exercise ch05.odrered}}\n",
        &track,
        &["no exercise `ch05.odrered`; did you mean `ch05.ordered`?", "ch05.grain"],
    );
    refused(
        "# Pool\n\n{{exercises ch06}}\n",
        &track,
        &["no chapter `ch06`; there is: ch05"],
    );
    refused("# Pool\n\n{{timetable lectures}}\n", &track, &["did you mean `lecture`?"]);
    refused(
        "# Pool\n\n{{timetable lecture}}\n",
        &track.replace("\"ch05.grain\"", "\"ch05.grian\""),
        &["no exercise `ch05.grian`; did you mean `ch05.grain`?"],
    );
}

#[test]
fn a_timetable_shows_each_part_the_breaks_the_sum_and_the_limit() {
    assert_snapshot!(built("# Pool\n\n{{timetable lecture}}\n"));
}

#[test]
fn a_track_that_overflows_by_a_minute_is_refused() {
    refused(
        "# Pool\n\n{{timetable lecture}}\n",
        &track(19),
        &[
            "session `More` of track `lecture` takes 20 minutes with its breaks, and has 19",
        ],
    );
}

#[test]
fn a_tracks_file_that_makes_no_sense_is_refused_with_its_line() {
    let page = "# Pool\n\n{{timetable lecture}}\n";
    refused(page, &track(20).replace("breaks = 5", "braeks = 5"), &["tracks.toml:"]);
    refused(page, "track = []", &["no track `lecture`"]);
}
