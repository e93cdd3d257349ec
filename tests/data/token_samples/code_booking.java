package com.example.booking;

import java.time.Clock;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

@Service
public class BookingService {

    private static final Logger LOGGER = LoggerFactory.getLogger(BookingService.class);
    private static final int MAX_NIGHTS = 28;

    private final RoomRepository rooms;
    private final BookingRepository bookings;
    private final Clock clock;

    public BookingService(RoomRepository rooms, BookingRepository bookings, Clock clock) {
        this.rooms = Objects.requireNonNull(rooms);
        this.bookings = Objects.requireNonNull(bookings);
        this.clock = Objects.requireNonNull(clock);
    }

    @Transactional
    public Booking book(long roomId, String guest, LocalDate arrival, LocalDate departure) {
        if (!arrival.isBefore(departure) || arrival.isBefore(LocalDate.now(clock))) {
            throw new IllegalArgumentException("departure must be after arrival, and arrival not in the past");
        }
        if (arrival.plusDays(MAX_NIGHTS).isBefore(departure)) {
            throw new IllegalArgumentException("at most " + MAX_NIGHTS + " nights can be booked at once");
        }
        Room room = rooms.findById(roomId).orElseThrow(() -> new RoomNotFoundException(roomId));
        Optional<Booking> clash = bookings.findOverlapping(roomId, arrival, departure).stream().findFirst();
        if (clash.isPresent()) {
            LOGGER.info("Room {} is taken from {} to {}", roomId, clash.get().getArrival(), clash.get().getDeparture());
            throw new RoomTakenException(room, clash.get());
        }
        return bookings.save(new Booking(room, guest.trim(), arrival, departure));
    }

    public List<Room> freeRooms(LocalDate arrival, LocalDate departure, int beds) {
        List<Room> candidates = new ArrayList<>(rooms.findByBedsGreaterThanEqual(beds));
        return candidates.stream()
                .filter(room -> bookings.findOverlapping(room.getId(), arrival, departure).isEmpty())
                .sorted((a, b) -> a.getPrice().compareTo(b.getPrice()))
                .collect(Collectors.toList());
    }
}
