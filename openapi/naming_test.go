package openapi

import "testing"

func TestSummary(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, want string }{
		{"getNote", "Get note"},
		{"GetNote", "Get note"},
		{"get", "Get"},
		{"list_notes", "List notes"},
		{"getHTTPStatus", "Get HTTP status"},
		{"HTTPStatus", "HTTP status"},
		{"getID", "Get ID"},
		{"getUserIDs", "Get user IDs"},
		{"getURLsOfNote", "Get URLs of note"},
		{"listAs", "List as"},
		{"isASet", "Is a set"},
		{"getNoteV2", "Get note V2"},
		{"öffneTür", "Öffne tür"},
		{"", "GET /notes/{id}"},
		{"_", "GET /notes/{id}"},
	} {
		if got := summary(c.name, "GET", "/notes/{id}"); got != c.want {
			t.Errorf("%q: got %q, want %q", c.name, got, c.want)
		}
	}
}

func TestOperationID(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ method, path, want, long string }{
		{"GET", "/notes", "getNotes", "get__notes"},
		{"GET", "/notes/", "getNotesSubtree", "get__notes__"},
		{"GET", "/notes/{$}", "getNotesIndex", "get__notes__by_index"},
		{"GET", "/notes/{id}", "getNotesById", "get__notes__by_id"},
		{"GET", "/notes/by-id", "getNotesById", "get__notes__by-id"},
		{"GET", "/notes/{rest...}", "getNotesByRest", "get__notes__by_rest_rest"},
		{"POST", "/a/{b}/c.d", "postAByBCD", "post__a__by_b__c.d"},
		{"QUERY", "/search", "querySearch", "query__search"},
		{"GET", "/", "getSubtree", "get__"},
		{"GET", "/{$}", "getIndex", "get__by_index"},
		{"", "/any", "anyAny", "any__any"},
	} {
		if got := operationID(c.method, c.path); got != c.want {
			t.Errorf("%s %s: got %q, want %q", c.method, c.path, got, c.want)
		}
		if got := longID(c.method, c.path); got != c.long {
			t.Errorf("%s %s: got the long id %q, want %q", c.method, c.path, got, c.long)
		}
	}
}

func TestArgumentTitles(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ list, short, long, exact string }{
		{"int", "_int", "_int", "_int"},
		{"example.com/a/shop.Item", "_Item", "_shop.Item", "_Item"},
		{"*example.com/a/shop.Item,string", "_Item_string", "_shop.Item_string", "_ItemOrNull_string"},
		{"gopkg.in/yaml.v3.Node", "_Node", "_yaml.v3.Node", "_Node"},
		{"[]example.com/shop.Item", "_List_Item", "_List_shop.Item", "_List_Item"},
		{"[4]uint8", "_List_uint8", "_List_uint8", "_List4_uint8"},
		{"map[string]example.com/shop.Item", "_Map_Item", "_Map_shop.Item", "_Map_string_Item"},
		{"example.com/web.Page[example.com/shop.Item,int]", "_Page_Item_int", "_web.Page_shop.Item_int", "_Page_Item_int"},
		{"example.com/shop.item·3", "_item", "_shop.item", "_item"},
		{"struct { X int; Y []int \"json:\\\"y,omitempty\\\"\" }", "_Object", "_Object", "_Object"},
		{"interface {}", "_Any", "_Any", "_Any"},
		{"map[[2]example.com/shop.ID][]*example.com/shop.Item", "_Map_List_Item", "_Map_List_shop.Item", "_Map_List2_ID_List_ItemOrNull"},
	} {
		if got := argumentTitles(c.list, spelling{exact: true}); got != c.exact {
			t.Errorf("%q exactly: got %q, want %q", c.list, got, c.exact)
		}
		if got := argumentTitles(c.list, spelling{}); got != c.short {
			t.Errorf("%q: got %q, want %q", c.list, got, c.short)
		}
		if got := argumentTitles(c.list, spelling{parts: 1}); got != c.long {
			t.Errorf("%q with a part: got %q, want %q", c.list, got, c.long)
		}
	}
}
