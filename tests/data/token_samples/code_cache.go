package cache

import (
	"container/list"
	"context"
	"errors"
	"sync"
	"time"
)

// ErrNotFound is returned when a key is neither cached nor loadable.
var ErrNotFound = errors.New("cache: key not found")

type entry struct {
	key     string
	value   []byte
	expires time.Time
}

// Cache keeps the most recently used values up to a number of bytes.
type Cache struct {
	mu       sync.Mutex
	order    *list.List
	items    map[string]*list.Element
	capacity int
	used     int
	ttl      time.Duration
}

func New(capacity int, ttl time.Duration) *Cache {
	return &Cache{order: list.New(), items: make(map[string]*list.Element), capacity: capacity, ttl: ttl}
}

// Get returns a value, loading it with the given function where it is absent or stale.
func (c *Cache) Get(ctx context.Context, key string, load func(context.Context) ([]byte, error)) ([]byte, error) {
	c.mu.Lock()
	if element, ok := c.items[key]; ok {
		found := element.Value.(*entry)
		if time.Now().Before(found.expires) {
			c.order.MoveToFront(element)
			c.mu.Unlock()
			return found.value, nil
		}
		c.remove(element)
	}
	c.mu.Unlock()

	value, err := load(ctx)
	if err != nil {
		return nil, err
	}
	if value == nil {
		return nil, ErrNotFound
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for c.used+len(value) > c.capacity && c.order.Len() > 0 {
		c.remove(c.order.Back())
	}
	c.items[key] = c.order.PushFront(&entry{key: key, value: value, expires: time.Now().Add(c.ttl)})
	c.used += len(value)
	return value, nil
}

func (c *Cache) remove(element *list.Element) {
	gone := c.order.Remove(element).(*entry)
	delete(c.items, gone.key)
	c.used -= len(gone.value)
}
