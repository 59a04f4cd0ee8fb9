/** How long what is read and computed of posts is kept, in days from the day they were published on: two years to compare. */
export const mostMetricsDays = 800;
