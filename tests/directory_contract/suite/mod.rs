//! The promises, a file per subject; `every_promise!` makes a test of each.

pub(crate) mod applications;
pub(crate) mod hostile;
pub(crate) mod paging;
pub(crate) mod people;
pub(crate) mod races;
pub(crate) mod roles;

/// A test per promise, each over a fixture of its own: what `async fn fixture()` makes, which stands beside
/// the call.
macro_rules! every_promise {
    () => {
        crate::suite::promises! {
            applications {
                every_field_comes_back;
                an_identifier_is_given_once;
                a_change_replaces_all_but_the_identifier_and_the_time;
                a_change_of_another_version_changes_nothing;
                nobody_is_changed_or_removed_who_is_not_there;
                a_removed_one_leaves_nothing_to_who_comes_after;
                it_is_removed_in_the_version_that_is_meant;
                every_replica_sees_a_change;
            }
            people {
                every_field_comes_back;
                look_alike_names_are_one_person;
                a_name_is_given_once;
                a_name_can_be_changed_to_one_that_is_free;
                a_change_of_another_version_changes_nothing;
                a_removed_one_leaves_nothing_to_who_comes_after;
                nobody_is_changed_or_removed_who_is_not_there;
            }
            roles {
                every_field_comes_back;
                a_name_is_given_once;
                a_change_of_another_version_changes_nothing;
                one_that_somebody_has_stays;
                one_that_nobody_has_any_more_goes;
                those_asked_for_are_told_however_many;
                a_person_may_have_one_that_is_declared_elsewhere;
            }
            paging {
                pages_follow_each_other_to_the_end;
                keys_stand_in_the_order_of_their_bytes;
                a_search_finds_what_stands_in_any_of_the_texts_whatever_its_case;
                a_search_and_an_owner_are_paged_too;
                no_limit_and_the_greatest_are_limits;
            }
            hostile {
                fragments_of_sql_are_texts;
                wildcards_stand_for_themselves;
                a_nul_finds_nobody;
                a_search_does_not_reach_over_two_texts;
                long_values_are_kept_whole;
                the_longest_names_are_kept;
                what_cannot_be_stored_is_no_outage;
            }
            races {
                of_many_who_change_one_version_one_does;
                of_many_who_take_a_name_one_does;
                of_many_who_remove_it_one_does;
                a_role_is_not_removed_while_it_is_given;
                secrets_are_never_half_of_one_change_and_half_of_another;
            }
        }
    };
}

macro_rules! promises {
    ($($subject:ident { $($promise:ident;)* })*) => {$(
        mod $subject {$(
            #[tokio::test(flavor = "multi_thread")]
            async fn $promise() {
                crate::suite::$subject::$promise(&super::fixture().await).await;
            }
        )*}
    )*};
}
pub(crate) use promises;
