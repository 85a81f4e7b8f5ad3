package rest

import "time"

// Connection is a client's live connection, as superusers see it.
type Connection struct {
	ID            string    `json:"id"`
	User          string    `json:"user" doc:"Empty: nobody has logged in."`
	Username      string    `json:"username"`
	IP            string    `json:"ip"`
	UserAgent     string    `json:"user_agent"`
	Transport     string    `json:"transport" openapi:"enum=websocket|stream|poll"`
	Since         time.Time `json:"since"`
	Subscriptions int       `json:"subscriptions"`
	Queue         int       `json:"queue" doc:"Frames that wait for the client to read."`
	QueueBytes    int       `json:"queue_bytes"`
}
