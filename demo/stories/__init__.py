"""The stories, one file each. Every one yields the moments at which it goes on; the conductor interleaves them."""

from collections.abc import Callable

from demo.conductor import Story
from demo.stories import (
    asked_before,
    courier_time,
    cracked_screen,
    damaged_floor,
    flooded_kitchen,
    free_installation,
    instalment_fee,
    late_delivery,
    leaking_again,
    missed_visits,
    no_answer_for_weeks,
    noisy_blender,
    old_price,
    oven_door,
    promotion_question,
    protection_charged_twice,
    refund_arrived,
    refund_not_received,
    renewal_charged_twice,
    rude_reply,
    scratched_tv,
    silent_customer,
    spare_part,
    unknown_caller,
    voucher_refused,
    warranty_promise,
    wrong_colour,
)
from demo.telling import Stage

STORIES: tuple[Callable[[Stage], Story], ...] = (
    # the five seeds
    warranty_promise.tell,
    renewal_charged_twice.tell,
    instalment_fee.tell,
    damaged_floor.tell,
    rude_reply.tell,
    # what is open on the desk
    late_delivery.tell,
    protection_charged_twice.tell,
    spare_part.tell,
    oven_door.tell,
    voucher_refused.tell,
    leaking_again.tell,
    noisy_blender.tell,
    flooded_kitchen.tell,
    no_answer_for_weeks.tell,
    old_price.tell,
    missed_visits.tell,
    courier_time.tell,
    refund_not_received.tell,
    asked_before.tell,
    free_installation.tell,
    wrong_colour.tell,
    # what is over
    silent_customer.tell,
    unknown_caller.tell,
    refund_arrived.tell,
    cracked_screen.tell,
    promotion_question.tell,
    scratched_tv.tell,
)
