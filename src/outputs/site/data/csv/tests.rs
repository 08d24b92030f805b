use super::cell;

#[test]
fn cells_are_quoted_and_never_formulas() {
    let cases = [
        ("plain", "plain"),
        ("", ""),
        ("a, b", "\"a, b\""),
        ("say \"no\"", "\"say \"\"no\"\"\""),
        ("two\r\nlines", "\"two\r\nlines\""),
        ("=1+1", "\"'=1+1\""),
        ("+49", "\"'+49\""),
        ("-2", "\"'-2\""),
        ("@ana", "\"'@ana\""),
        ("\tx", "\"'\tx\""),
        ("  =1", "\"'  =1\""),
        ("＝1", "\"'＝1\""),
        ("a=b", "a=b"),
    ];
    for (value, expected) in cases {
        assert_eq!(cell(value), expected, "{value:?}");
    }
}
