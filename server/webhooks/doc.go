// Package webhooks tells others of changes, as Standard Webhooks says. The change log is the outbox: messages are made
// from it in the transaction that moves the place up to which it was read, so that no change is missed and none gives two
// messages, whenever the process ends; a message is sent until it is taken, so it may arrive twice, under one id. What a
// message holds is what the webhook's user may see. It may import server/clock, server/rest and store.
package webhooks
