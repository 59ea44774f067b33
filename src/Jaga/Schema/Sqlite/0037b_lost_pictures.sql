-- Pictures of reports that are being read; nearly always none.
CREATE INDEX reports_picture_waits ON reports (id) WHERE screenshot = 'waiting';
