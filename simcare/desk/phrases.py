"""The list of phrases at the desk: every intent under a neutral topic.

Topics say what a phrase is about, never whether it is wise: what harms stands among its neighbors, in the order of
the alphabet. The phrase itself is what is shown, because a label may judge.
"""

from __future__ import annotations

from typing import Any

from simcare.scenarios.intents import IntentLibrary

_WORDS = {
    "Opening and closing": """
        greet_introduce verify_identity ask_good_time ask_private state_role claim_nurse explain_next
        close_call offer_follow_up act_end_call ask_callback_number reflect_summarize""",
    "How they are": """
        open_how_are_you ask_main_concern tell_me_more ask_onset ask_severity ask_triggers ask_worries
        ask_mood ask_sleep ask_baseline ask_last_normal check_orientation ask_goal ask_priority blame_memory""",
    "Pain and joints": """
        ask_pain_location ask_pain_after ask_swelling_redness ask_weight_bearing ask_calf_swelling
        ask_skin_wound ask_fall_injury ask_joint_visit""",
    "Other symptoms": """
        ask_fever ask_chest_breathing ask_breathing ask_drowsy_vomit ask_sweating_shaky ask_vision_seeing
        ask_stroke_signs ask_headache ask_black_stool ask_bp_reading ask_sugar_reading ask_safe_swallow
        ask_self_harm ask_age_weight""",
    "Medicines": """
        ask_med_name ask_med_dose ask_med_time ask_adherence ask_med_barrier ask_other_substances ask_refill
        ask_pillbox ask_who_prescribed ask_pharmacy ask_diabetes_medicine educate_otc_check
        educate_nsaid_risk offer_easy_tube advise_nsaid advise_dose_change advise_no_more_doses make_vomit
        name_overdose act_pharmacy act_poison_control""",
    "Food, salt and activity": """
        ask_exercise_goals ask_diet ask_salt ask_eaten_today educate_low_impact educate_pace educate_salt
        push_through_pain give_food_drink""",
    "Home, money and help": """
        ask_housing ask_food ask_food_today ask_money ask_utilities ask_notice_dates ask_insurance
        ask_benefits ask_support ask_vehicle offer_resources offer_named_resource offer_warm_handoff act_211""",
    "Visits and rides": """
        ask_transport ask_appointment ask_other_visits ask_visit_reason offer_transport offer_book_visit
        claim_medicare_rides advise_cancel advise_drive""",
    "Kind words": """
        empathise affirm_strength ask_permission stay_on_line false_reassurance judgemental teach_back""",
    "Getting help now": """
        ask_alone_now ask_address ask_consent_ems ask_consent_contact ask_emergency_contact
        instruct_unlock_door instruct_gather_bottles instruct_sit_safe give_safety_net tell_hang_up_dial
        advise_wait act_call_911 act_warm_transfer_rn act_same_day_callback act_message_provider act_988
        act_contact_family""",
}
TOPICS: dict[str, tuple[str, ...]] = {topic: tuple(ids.split()) for topic, ids in _WORDS.items()}
BESIDE = "Anything else"

_TOPIC_OF = {intent: topic for topic, ids in TOPICS.items() for intent in ids}


def topic_of(intent: str) -> str:
    """Return the topic an intent stands under; an intent we do not know stands under its own heading."""
    return _TOPIC_OF.get(intent, BESIDE)


def phrase_groups(library: IntentLibrary) -> list[dict[str, Any]]:
    """Return the whole library as topics with their phrases; `find` holds the words the search looks at besides."""
    groups: dict[str, list[dict[str, str]]] = {topic: [] for topic in (*TOPICS, BESIDE)}
    for name, intent in library.intents.items():
        find = intent.label.lower() if intent.kind != "harm" else ""
        groups[topic_of(name)].append({"intent": name, "say": intent.say, "find": find})
    return [
        {"topic": topic, "items": sorted(items, key=lambda item: item["say"].lower())}
        for topic, items in groups.items()
        if items
    ]
