"""DHL eCommerce (service `ecommerce`, Americas and Asia): numbers."""

from aftercart.connectors.carriers.tables import table

EVENT = table(
    # Announced, a pickup booked or missed, on its way to DHL by the sender's own means.
    ("info_received", "", "99 109 128 129 132 134 135 235 238 445 624 627 807"),
    ("picked_up", "", "100 115 130 200 211 229 461 628"),
    ("in_transit", "", "50 51 104 106 110 113 114 116 120 125 150 155 156 161 162 220 241 300 313"),
    ("in_transit", "", "350 359 360 361 365 371 399 400 401 402 431 442 449 451 452 454 456 462"),
    ("in_transit", "", "464 468 470 472 473 477 478 479 480 481 482 483 494 499 502 504 505 510"),
    ("in_transit", "", "511 513 515 517 518 520 521 523 524 525 526 528 529 530 531 532 533 534"),
    ("in_transit", "", "535 536 537 538 539 540 541 542 543 545 547 548 549 557 561 562 566 567"),
    ("in_transit", "", "568 574 575 576 577 579 582 589 590 603 637"),
    # "Delivered to agent for final delivery".
    ("in_transit", "", "642"),
    ("in_transit", "carrier_delay", "450 592 593"),
    ("in_transit", "customs_clearance", "441 447 463 501 509"),
    ("in_transit", "missorted", "546 640 641 670 671"),
    ("in_transit", "rescheduled", "581 609 616"),
    ("out_for_delivery", "", "544 558 580 597 598"),
    # 601 is "delivered to pick-up location, customer notified"; 588 waits at a customs office.
    ("available_for_pickup", "", "469 522 560 565 570 585 588 599 601"),
    ("attempt_failed", "", "550 553 554 563 571 583 595 596 605 615 629 638 639"),
    ("attempt_failed", "business_closed", "555 564 612"),
    ("attempt_failed", "held_for_payment", "614"),
    ("attempt_failed", "recipient_not_home", "551 552 556 594 613 844"),
    ("attempt_failed", "refused", "608 610 611 619"),
    ("delivered", "", "600 606 607 621 656 657"),
    ("delivered", "collected_by_customer", "572"),
    ("delivered", "delivered_to_safe_place", "652 653 654 655 658 659"),
    ("exception", "", "312 358 573 625 626 644 650 651 665 770 809 849"),
    ("exception", "", "880 881 882 883 884 885 886 887"),
    ("exception", "address_problem", "630 631 632 633 683 686 689 691 700 710 720 730 740 750"),
    ("exception", "customs_hold", "443 448 453 506 507 508"),
    ("exception", "damaged", "620 623"),
    ("exception", "destroyed", "636 825"),
    ("exception", "held_for_payment", "240 242 503"),
    ("exception", "lost", "690"),
    ("exception", "regulatory", "107"),
    ("exception", "unclaimed", "693 760 780"),
    ("returning", "", "108 602 604 800 802 804 805 806 808 810 811 813 815 816 817 818 820 821"),
    ("returning", "", "853 854 855 856 857 858 859 862"),
    ("returned", "", "860 863 864"),
    ("cancelled", "", "101"),
)
# Data edited, money that changed hands, papers that travel by themselves.
REMARKS = frozenset(("163", "164", "591", "617", "618", "867", "868", "869", "870", "871", "872"))
