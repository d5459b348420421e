package wendtest_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/wend-go/wend"
	"github.com/wend-go/wend/binding"
	"github.com/wend-go/wend/wendtest"
)

// Options are of a client, or of one request.
func ExampleOption() {
	run(func(t testing.TB) {
		c := wendtest.New(t, newAPI(), wendtest.Header("X-Tenant", "a"))
		c.Get("/notes", wendtest.Query("limit", 1)).Status(200)
		c.With(wendtest.Bearer("t0p-secret")).Get("/notes?limit=1").Status(200)
		fmt.Println("passed")
	})
	// Output: passed
}

func ExampleEvent() {
	r := wend.New()
	wend.Get(r, "/jobs/1/events", func(context.Context, wend.None) (wend.Events[int], error) {
		return func(yield func(wend.Event[int], error) bool) {
			_ = yield(wend.Event[int]{ID: "1", Name: "progress", Data: 50}, nil) && yield(wend.Event[int]{ID: "2", Name: "done", Data: 100}, nil)
		}, nil
	})
	run(func(t testing.TB) {
		for e, err := range wendtest.Events[int](wendtest.New(t, r).Get("/jobs/1/events")) {
			fmt.Println(e.ID, e.Name, e.Data, err)
		}
	})
	// Output:
	// 1 progress 50 <nil>
	// 2 done 100 <nil>
}

// A part is a file of a form; File makes one of a text or of bytes.
func ExamplePart() {
	r := wend.New()
	wend.Post(r, "/files", func(_ context.Context, in struct {
		File binding.Upload `form:"file"`
	},
	) (wend.Text, error) {
		return wend.Text(in.File.Name()), nil
	})
	run(func(t testing.TB) {
		part := wendtest.Part{Name: "notes.txt", MediaType: "text/plain", Data: []byte("buy milk")}
		fmt.Println(wendtest.New(t, r).Post("/files", wendtest.Form{"file": part}).Status(200).Text())
	})
	// Output: notes.txt
}

// A replacement is for one client: others of the same router see the original.
func ExampleReplace() {
	type user struct{ name string }
	r := wend.New()
	wend.Provide(r, func(context.Context, wend.None) (user, error) { return user{}, wend.Errorf(401, "who are you?") })
	wend.Get(r, "/me", func(_ context.Context, in struct{ User user }) (wend.Text, error) {
		return wend.Text(in.User.name), nil
	})
	run(func(t testing.TB) {
		ada := wendtest.New(t, r, wendtest.Supply(user{"ada"}))
		fmt.Println(ada.Get("/me").Status(200).Text())
		wendtest.New(t, r).Get("/me").Problem(401)
	})
	// Output: ada
}
