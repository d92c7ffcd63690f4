//! The promises, a file per subject; `every_promise!` makes a test of each.

pub(crate) mod blocks;
pub(crate) mod devices;
pub(crate) mod ending;
pub(crate) mod events;
pub(crate) mod families;
pub(crate) mod histories;
pub(crate) mod lifetimes;
pub(crate) mod listing;
pub(crate) mod live_tokens;
pub(crate) mod narrowing;
pub(crate) mod races;
pub(crate) mod redemptions;
pub(crate) mod revocation;
pub(crate) mod rotation;
pub(crate) mod single_use;
pub(crate) mod without_rotation;

/// A test per promise, each over a fixture of its own: what `async fn fixture()` makes, which stands
/// beside the call.
macro_rules! every_promise {
    () => {
        crate::suite::promises! {
            rotation {
                the_current_generation_is_answered_with_the_next;
                the_one_before_is_answered_with_the_same_successor_within_the_grace;
                the_one_before_is_a_replay_after_the_grace;
                how_long_the_one_before_is_answered_is_the_callers_to_say;
                the_one_before_is_a_replay_once_its_successor_was_used;
                answering_again_does_not_lengthen_the_grace;
                an_older_one_is_a_replay;
                generation_nought_is_a_replay_even_at_first;
                a_later_one_moves_forward;
                the_last_generation_has_no_successor;
                a_family_that_never_was_is_unknown;
                after_a_replay_no_generation_is_good;
            }
            without_rotation {
                the_token_is_answered_unchanged;
                a_later_one_is_taken_over;
                an_older_one_is_a_replay;
                rotation_may_be_turned_off_and_on;
            }
            narrowing {
                less_may_be_asked_for_and_all_of_it_again;
                a_wider_scope_is_told_and_changes_nothing;
                an_ungranted_resource_is_told_and_changes_nothing;
                a_replay_is_judged_before_what_is_asked_for;
                another_application_is_told_so_and_changes_nothing;
            }
            families {
                what_was_granted_is_remembered_whole;
                what_an_application_was_granted_for_itself_is_remembered_whole;
                a_refresh_is_seen_in_the_family;
                a_refresh_that_is_refused_is_not_seen_in_the_family;
                a_name_is_given_once;
            }
            lifetimes {
                unused_it_ends_when_its_idle_lifetime_has_passed;
                each_use_lengthens_it;
                used_or_not_it_ends_at_its_expiry;
                expired_it_is_neither_found_nor_listed_nor_ended;
            }
            live_tokens {
                a_replay_names_every_access_token_that_lives;
                those_that_have_ended_are_not_named;
                a_refusal_remembers_no_access_token;
                the_oldest_are_crowded_out;
                those_that_have_ended_make_room;
            }
            ending {
                it_names_the_access_tokens_that_live;
                no_token_of_an_ended_family_is_good;
                an_ended_family_is_neither_found_nor_listed;
                whoever_ends_it_again_hears_the_same;
                there_is_nothing_to_end_where_there_was_no_family;
                it_stands_until_its_access_tokens_have_ended;
                forgotten_it_is_unknown;
                a_family_that_lives_is_not_forgotten;
                another_application_hears_nothing_of_it;
                every_replica_sees_it;
                ended_it_is_listed_to_whoever_ends_all_until_it_is_forgotten;
                expired_it_is_listed_to_whoever_ends_all_while_an_access_token_lives;
            }
            listing {
                families_are_listed_with_their_application_and_their_person;
                an_owner_without_families_has_an_empty_page;
                pages_follow_each_other_in_order;
                a_page_is_filled_past_those_that_ended;
                the_place_may_be_gone_when_the_next_page_is_asked_for;
                those_that_end_at_the_same_time_are_all_listed;
                what_lives_throughout_is_listed_once_while_others_come_and_go;
            }
            races {
                two_hundred_at_once_get_one_successor;
                two_replicas_agree_on_the_successor;
                one_of_many_replays_ends_it;
                an_end_and_a_refresh_do_not_pass_each_other;
            }
            revocation {
                what_was_not_revoked_is_not;
                a_place_is_revoked_and_its_neighbours_are_not;
                revoking_again_does_no_harm;
                the_first_place_is_the_least_significant_bit;
                the_bitmap_is_cut_behind_its_last_bit;
                places_of_several_lists_are_revoked_at_once;
                lists_with_a_revocation_are_named_until_they_expire;
                every_replica_sees_it;
            }
            blocks {
                a_block_is_revoked_whole_and_its_neighbours_are_not;
                an_ended_application_names_its_blocks_and_no_others;
                asked_again_it_names_them_again;
                a_block_that_was_opened_before_the_end_and_noted_after_is_told;
                a_block_that_was_opened_after_the_end_is_noted;
                the_end_of_one_application_is_not_anothers;
                of_a_note_and_an_end_at_once_one_sees_the_other;
            }
            events {
                a_listener_hears_of_every_place;
                a_listener_hears_of_every_block;
            }
            histories {
                every_answer_is_the_models;
                an_honest_client_is_never_refused;
            }
            devices {
                what_is_asked_for_is_found_by_its_user_code;
                a_user_code_and_a_name_are_given_once;
                what_was_granted_is_remembered_whole;
                the_first_decision_counts;
                of_many_decisions_at_once_one_counts;
                whoever_asks_too_early_is_slowed_down_for_good;
                the_clocks_of_two_replicas_may_differ_by_a_second;
                a_decision_is_heard_however_early_the_device_asks;
                it_is_handed_out_once;
                of_many_polls_at_once_one_is_told_of_the_approval;
                what_was_handed_out_is_answered_again_for_a_while;
                nothing_is_left_of_one_that_has_expired;
            }
            single_use {
                an_identifier_is_spent_once;
                of_fifty_at_once_one_spends_it;
                every_replica_sees_it;
            }
            redemptions {
                it_is_redeemed_once;
                how_often_is_told_and_changes_nothing;
                of_fifty_at_once_one_redeems_it_and_all_see_that_there_were_more;
                every_replica_sees_a_redemption;
                a_second_time_does_not_make_it_forgotten;
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
