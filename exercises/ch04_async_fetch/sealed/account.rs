//! An account that tasks of one thread share. Many of them pay at the same time, and each asks its
//! shop before it pays.
//!
//! `pay` loses coins of other payments, and pays with coins that are gone. Mend it: no coin is
//! lost, all shops are asked at the same time, and a payment that is given up while its shop is
//! asked costs nothing.

//@ wrong guard_of_a_cell
use std::cell::RefCell;
//@ wrong guard_of_a_thread
use std::sync::Mutex;
//@ wrong guard_of_a_task
//@ solution
use std::cell::Cell;
//@ end
use std::future::Future;

//@ wrong guard_of_a_task
use tokio::sync::Mutex;

//@ solution
//@ end
pub struct Account {
    //@ solution
    coins: Cell<i64>,
    //@ wrong spins
    coins: Cell<i64>,
    pays: Cell<bool>,
    //@ wrong guard_of_a_cell
    coins: RefCell<i64>,
    //@ wrong guard_of_a_thread, wrong guard_of_a_task
    coins: Mutex<i64>,
    //@ end
}

impl Account {
    pub fn new(coins: i64) -> Account {
        //@ solution
        Account { coins: Cell::new(coins) }
        //@ wrong spins
        Account { coins: Cell::new(coins), pays: Cell::new(false) }
        //@ wrong guard_of_a_cell
        Account { coins: RefCell::new(coins) }
        //@ wrong guard_of_a_thread, wrong guard_of_a_task
        Account { coins: Mutex::new(coins) }
        //@ end
    }

    pub fn coins(&self) -> i64 {
        //@ solution
        self.coins.get()
        //@ wrong guard_of_a_cell
        *self.coins.borrow()
        //@ wrong guard_of_a_thread
        *self.coins.lock().expect("nobody panicked")
        //@ wrong guard_of_a_task
        *self.coins.try_lock().expect("nobody pays")
        //@ end
    }

    /// Pays `price` if the shop agrees and there is enough; whether it did.
    pub async fn pay(&self, price: i64, shop: impl Future<Output = bool>) -> bool {
        //@ starter
        let there = self.coins.get();
        let is_fine = there >= price && shop.await;
        if is_fine {
            self.coins.set(there - price);
        }
        is_fine
        //@ solution
        // Asked first: from here on there is no await, so nobody comes in between.
        let agrees = shop.await;
        let there = self.coins.get();
        let is_fine = agrees && there >= price;
        if is_fine {
            self.coins.set(there - price);
        }
        is_fine
        //@ wrong looks_too_early
        let is_fine = self.coins.get() >= price && shop.await;
        if is_fine {
            self.coins.set(self.coins.get() - price);
        }
        is_fine
        //@ wrong takes_first
        let there = self.coins.get();
        if there < price {
            return false;
        }
        self.coins.set(there - price);
        let agrees = shop.await;
        if !agrees {
            self.coins.set(self.coins.get() + price);
        }
        agrees
        //@ wrong guard_of_a_cell
        let mut there = self.coins.borrow_mut();
        let is_fine = *there >= price && shop.await;
        if is_fine {
            *there -= price;
        }
        is_fine
        //@ wrong guard_of_a_thread
        let mut there = self.coins.lock().expect("nobody panicked");
        let is_fine = *there >= price && shop.await;
        if is_fine {
            *there -= price;
        }
        is_fine
        //@ wrong guard_of_a_task
        let mut there = self.coins.lock().await;
        let is_fine = *there >= price && shop.await;
        if is_fine {
            *there -= price;
        }
        is_fine
        //@ wrong asks_and_pays
        shop.await;
        let there = self.coins.get();
        let is_fine = there >= price;
        if is_fine {
            self.coins.set(there - price);
        }
        is_fine
        //@ wrong says_what_the_shop_says
        let agrees = shop.await;
        let there = self.coins.get();
        let is_fine = agrees && there >= price;
        if is_fine {
            self.coins.set(there - price);
        }
        agrees
        //@ wrong says_yes
        let agrees = shop.await;
        let there = self.coins.get();
        let is_fine = agrees && there >= price;
        if is_fine {
            self.coins.set(there - price);
        }
        true
        //@ wrong spins
        while self.pays.replace(true) {
            tokio::task::yield_now().await;
        }
        let there = self.coins.get();
        let is_fine = there >= price && shop.await;
        if is_fine {
            self.coins.set(there - price);
        }
        self.pays.set(false);
        is_fine
        //@ end
    }
}
