"""Words every area uses: money, RUT, plate, clock, errors. Knows neither Django nor the domain."""
