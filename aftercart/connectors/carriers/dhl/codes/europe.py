"""DHL eCommerce in Europe (`ecommerce-europe`, numbers) and its Czech branch (`ecommerce-ppl`)."""

from aftercart.connectors.carriers.tables import table

EVENT = table(
    # Announced; still with the sender, or with whoever sorts for them.
    ("info_received", "", "1 254 367 368 369 370"),
    ("picked_up", "", "2 3 4 5 6 7 8 9 14 15 16 17 226 228"),
    ("in_transit", "", "19 20 22 23 25 26 27 28 29 30 31 32 33 37 38 40 41 47 52 53 56 57 58 59"),
    ("in_transit", "", "60 61 62 130 133 159 230 231 232 233 234 235 236 237 238 240 242 255"),
    ("in_transit", "", "354 355 356 358 377 378 379 380"),
    # Handed over for final delivery: DHL counts it as delivered.
    ("in_transit", "", "302"),
    ("in_transit", "customs_clearance", "258"),
    ("in_transit", "rescheduled", "141 142 172 194 218 219"),
    ("out_for_delivery", "", "42"),
    # Handed over to a shop, locker or post office: DHL counts these as delivered.
    ("available_for_pickup", "", "43 44 45 46"),
    ("attempt_failed", "", "72 82 154 161 217 330"),
    ("attempt_failed", "held_for_payment", "77 78 86 214 215"),
    ("attempt_failed", "recipient_not_home", "73 74 75 85 372"),
    ("attempt_failed", "refused", "76 207 208 209 210 211"),
    ("delivered", "", "63 64 69 70 71"),
    ("delivered", "collected_by_customer", "65 66 67 68"),
    ("delivered", "damaged", "306"),
    ("exception", "address_problem", "79 80 81 206"),
    # Shops and lockers that are closed, full, out of order, or too small.
    ("exception", "carrier_delay", "87 88 89 90 91 92 93 94 95 96 97 98 200 392 395"),
    ("exception", "carrier_delay", "156 253 265 267 269"),
    ("exception", "damaged", "83"),
    ("exception", "held_for_payment", "268"),
    ("exception", "rescheduled", "222 223"),
    ("exception", "weather", "264 266"),
    ("returning", "", "149 160 248 249 363 364 365"),
    ("returning", "address_problem", "157"),
    ("returning", "customs_hold", "152 259"),
    ("returning", "refused", "151"),
    ("returning", "unclaimed", "99 100 101 102 155"),
    # Back with the sender: DHL counts it as delivered.
    ("returned", "", "366"),
)

PPL_EVENT = table(
    ("info_received", "", "900"),
    ("picked_up", "", "150"),
    ("in_transit", "", "300 400 500"),
    ("in_transit", "rescheduled", "460"),
    ("available_for_pickup", "", "343"),
    ("attempt_failed", "refused", "464"),
    ("delivered", "", "450"),
    ("exception", "lost", "997"),
    ("cancelled", "", "999"),
)
