//! The threat table of the design (approvals.md), row by row: what a bad input does, with the reason code
//! that the table demands. Repositories are made by git, ssh-keygen and gpg; where git would refuse, objects
//! are written as bytes.

mod broken;
mod commands;
pub(crate) mod forge;
mod history;
pub(crate) mod keys;
mod objects;
pub(crate) mod openpgp;
pub(crate) mod packets;
mod people;
mod shown;
pub(crate) mod sshsig;

/// Makes a test of each row, and a list of the numbers.
macro_rules! rows {
    ($($number:literal $name:ident => $act:expr,)*) => {
        const ROWS: &[u32] = &[$($number),*];
        $(
            #[test]
            fn $name() {
                $act();
            }
        )*
    };
}

rows! {
    1 t01_a_key_added_and_used_in_one_pull_request => history::key_of_the_same_landing,
    2 t02_a_policy_edited_by_one_admin_alone => history::one_vote_of_two,
    3 t03_an_amendment_replayed => history::amendment_replayed,
    4 t04_a_new_admin_votes_for_the_own_addition => history::own_addition,
    5 t05_a_quorum_lowered_where_it_is_needed => history::quorum_lowered,
    6 t06_a_record_copied_without_its_signature => history::copied,
    7 t07_a_record_copied_and_signed_by_another => history::copied_and_signed,
    8 t08_a_record_rebased_by_its_signer => history::rebased_by_its_signer,
    9 t09_a_forged_record_rebased_by_its_victim => history::forged_and_rebased,
    10 t10_an_approval_replayed_to_another_document => history::replayed_to_another_document,
    11 t11_the_same_bytes_at_another_path => history::same_bytes_elsewhere,
    12 t12_an_approval_replayed_to_another_repository => history::replayed_to_another_repository,
    13 t13_an_edit_after_the_approval => history::edited_afterwards,
    14 t14_back_to_what_was_superseded => history::back_to_superseded,
    15 t15_a_key_expired_before_the_claimed_date => keys::expired,
    16 t16_a_commit_dated_back => keys::dated_back,
    17 t17_a_commit_dated_ahead => keys::dated_ahead,
    18 t18_a_retired_key_keeps_old_approvals => keys::retired_afterwards,
    19 t19_a_retired_key_signs_no_more => keys::retired_before,
    20 t20_a_compromised_key_and_its_reinstatement => keys::compromised,
    21 t21_a_revocation_that_a_merge_leaves_out => keys::revocation_left_out,
    22 t22_a_signature_for_files => keys::for_files,
    23 t23_a_key_for_files => keys::key_for_files,
    24 t24_a_key_that_nobody_has => keys::unlisted,
    25 t25_a_short_rsa_key => keys::short_rsa,
    26 t26_signatures_on_sha1 => keys::on_sha1,
    27 t27_openpgp_on_sha1 => openpgp::on_sha1,
    28 t28_an_openpgp_subkey_that_may_not_sign => openpgp::subkey_that_may_not,
    29 t29_an_openpgp_name_proves_nothing => openpgp::name_of_another,
    30 t30_two_openpgp_signatures_in_one => openpgp::two_in_one,
    31 t31_two_signature_headers => objects::two_headers,
    32 t32_a_signature_for_sha256_objects => objects::sha256_header,
    33 t33_a_header_like_a_signature => objects::header_like_a_signature,
    34 t34_a_signature_in_the_message => objects::signature_in_the_message,
    35 t35_lines_hidden_by_a_prefix => objects::hidden_by_a_prefix,
    36 t36_a_tail_behind_a_nul => objects::behind_a_nul,
    37 t37_a_carriage_return_in_the_signature => objects::carriage_return,
    38 t38_text_behind_the_signature => objects::text_behind,
    39 t39_armour_of_any_width => objects::armour_of_any_width,
    40 t40_a_signature_before_the_author => objects::before_the_author,
    41 t41_header_lines_twice => objects::twice,
    42 t42_replaced_objects => objects::replaced,
    43 t43_grafts_and_a_forged_boundary => objects::grafted,
    44 t44_a_shallow_clone_that_hides_a_reject => objects::shallow,
    45 t45_borrowed_and_doctored_objects => objects::borrowed_and_doctored,
    46 t46_what_is_approved_is_bound_by_sha256 => objects::bound_by_sha256,
    47 t47_names_that_differ => people::names_that_differ,
    48 t48_look_alike_letters => people::look_alikes,
    49 t49_a_mailmap => people::mailmap,
    50 t50_trailers_in_prose => people::trailers_in_prose,
    51 t51_loose_trailers => people::loose_trailers,
    52 t52_one_person_with_two_keys => people::two_keys,
    53 t53_whoever_edits_does_not_approve => people::editors,
    54 t54_edits_that_nobody_signed => people::unsigned_edits,
    55 t55_octopus_criss_cross_and_foxtrot => history::merges,
    56 t56_a_reject_dropped_by_force => history::dropped_by_force,
    57 t57_an_older_head_is_served => shown::older_head,
    58 t58_commits_without_measure => objects::without_measure,
    59 t59_malformed_dates => objects::malformed_dates,
    60 t60_a_hardware_key_without_touch => keys::without_touch,
    61 t61_ssh_certificates => keys::certificates,
    62 t62_an_x509_signature => keys::x509,
    63 t63_a_careless_roster => people::careless_roster,
    64 t64_a_revocation_that_cannot_be_read => people::unreadable_revocation,
    65 t65_a_status_in_the_front_matter => people::claimed_status,
    66 t66_markup_in_a_reason_a_name_and_a_path => commands::markup,
    67 t67_what_no_signature_covers => shown::rendering,
    68 t68_a_key_of_the_forge => people::key_of_the_forge,
    69 t69_an_approval_that_comes_late => history::late,
    70 t70_a_result_of_other_bytes => objects::result_of_other_bytes,
    71 t71_a_service_lowered_in_the_same_pull_request => history::service_lowered,
    72 t72_a_key_that_waits_for_its_policy => history::key_that_waits,
    73 t73_a_poisoned_cache => objects::poisoned_cache,
    74 t74_hooks_identities_and_a_pull_that_rebases => commands::hooks_and_rebases,
}

#[test]
fn every_row_is_a_test() {
    assert_eq!(ROWS, (1..=74).collect::<Vec<u32>>());
}
