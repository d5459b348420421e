package main

import (
	"time"

	"github.com/wend-go/wend/binding"
)

// Update is something that has happened: a Message or a Reading. In JSON its member kind
// says which, and an event of it has that name.
type Update interface{ isUpdate() }

// Message is what somebody has said.
type Message struct {
	From string    `json:"from"`
	Text string    `json:"text"`
	At   time.Time `json:"at"`
}

// Reading is what a thermometer shows.
type Reading struct {
	Sensor  string    `json:"sensor"`
	Celsius float64   `json:"celsius"`
	At      time.Time `json:"at"`
}

func (Message) isUpdate() {}
func (Reading) isUpdate() {}

// updates tells wend the variants of Update, for the wire and for the document.
func updates() binding.TypeOption {
	return binding.Union[Update]("kind", binding.Variant[Message]("message"), binding.Variant[Reading]("reading"))
}
