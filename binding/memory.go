package binding

import (
	"reflect"
	"unsafe"
)

// This file is the only one that reads and writes values by their address. A
// pointer always comes from reflect.New or from a handler's own variable of the
// node's type, so the collector knows the memory and its pointers.

func loadInt(p unsafe.Pointer, bits uint8) int64 {
	switch bits {
	case 8:
		return int64(*(*int8)(p))
	case 16:
		return int64(*(*int16)(p))
	case 32:
		return int64(*(*int32)(p))
	}
	return *(*int64)(p)
}

func storeInt(p unsafe.Pointer, bits uint8, v int64) {
	switch bits {
	case 8:
		*(*int8)(p) = int8(v)
	case 16:
		*(*int16)(p) = int16(v)
	case 32:
		*(*int32)(p) = int32(v)
	default:
		*(*int64)(p) = v
	}
}

func loadUint(p unsafe.Pointer, bits uint8) uint64 {
	switch bits {
	case 8:
		return uint64(*(*uint8)(p))
	case 16:
		return uint64(*(*uint16)(p))
	case 32:
		return uint64(*(*uint32)(p))
	}
	return *(*uint64)(p)
}

func storeUint(p unsafe.Pointer, bits uint8, v uint64) {
	switch bits {
	case 8:
		*(*uint8)(p) = uint8(v)
	case 16:
		*(*uint16)(p) = uint16(v)
	case 32:
		*(*uint32)(p) = uint32(v)
	default:
		*(*uint64)(p) = v
	}
}

func loadFloat(p unsafe.Pointer, bits uint8) float64 {
	if bits == 32 {
		return float64(*(*float32)(p))
	}
	return *(*float64)(p)
}

func storeFloat(p unsafe.Pointer, bits uint8, v float64) {
	if bits == 32 {
		*(*float32)(p) = float32(v)
		return
	}
	*(*float64)(p) = v
}

// sliceHeader is the memory of a slice.
type sliceHeader struct {
	data     unsafe.Pointer
	len, cap int
}

// elements returns base address and length of the list or array at p.
func (n *node) elements(p unsafe.Pointer) (base unsafe.Pointer, count int) {
	if n.kind == kindArray {
		return p, n.typ.Len()
	}
	h := (*sliceHeader)(p)
	return h.data, h.len
}

// grow makes room for one more element in the list at p and returns its address.
// The element is zero.
func (n *node) grow(p unsafe.Pointer) unsafe.Pointer {
	h := (*sliceHeader)(p)
	if h.len == h.cap {
		v := n.at(p)
		v.Grow(max(4, h.cap))
	}
	h.len++
	return unsafe.Add(h.data, uintptr(h.len-1)*n.elem.size)
}

// empty makes the list at p present without elements.
func (n *node) empty(p unsafe.Pointer) {
	n.at(p).Set(reflect.MakeSlice(n.typ, 0, 0))
}

// alloc makes the pointer at p point to a fresh zero value and returns it.
func (n *node) alloc(p unsafe.Pointer) unsafe.Pointer {
	v := reflect.New(n.elem.typ).UnsafePointer()
	*(*unsafe.Pointer)(p) = v
	return v
}

// enter returns the address of what a pointer or an Opt at p holds, having made it
// hold something.
func (n *node) enter(p unsafe.Pointer) unsafe.Pointer {
	if n.kind == kindPointer {
		return n.alloc(p)
	}
	*(*bool)(unsafe.Add(p, n.setOffset)) = true
	return p
}

// addressable copies a value, such as a map entry, to where it can be checked
// or encoded by address.
func addressable(v reflect.Value) unsafe.Pointer {
	p := reflect.New(v.Type())
	p.Elem().Set(v)
	return p.UnsafePointer()
}

// valueOf returns the type of v and the address of a copy of it.
func valueOf(v any) (reflect.Type, unsafe.Pointer) {
	value := reflect.ValueOf(v)
	return value.Type(), addressable(value)
}
