//! Wakes the islands up. All they do is in `app`.

use app as _;
