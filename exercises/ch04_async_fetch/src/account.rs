//! An account that tasks of one thread share. Many of them pay at the same time, and each asks its
//! shop before it pays.
//!
//! `pay` loses coins of other payments, and pays with coins that are gone. Mend it: no coin is
//! lost, all shops are asked at the same time, and a payment that is given up while its shop is
//! asked costs nothing.

use std::cell::Cell;
use std::future::Future;

pub struct Account {
    coins: Cell<i64>,
}

impl Account {
    pub fn new(coins: i64) -> Account {
        Account { coins: Cell::new(coins) }
    }

    pub fn coins(&self) -> i64 {
        self.coins.get()
    }

    /// Pays `price` if the shop agrees and there is enough; whether it did.
    pub async fn pay(&self, price: i64, shop: impl Future<Output = bool>) -> bool {
        let there = self.coins.get();
        let is_fine = there >= price && shop.await;
        if is_fine {
            self.coins.set(there - price);
        }
        is_fine
    }
}
