#include <stdio.h>
#define MAX 3 //@ MAX
#define SQUARE(x) ((x) * (x)) //@ SQUARE
static const int limit = 1, *pointer, table[3]; //@ limit; pointer; table
extern int outside; //@ outside
volatile unsigned long flags; //@ flags
typedef struct node { int value, *next; struct { int deep; } in; } node_t; //@ node_t; node.value; node.next; node.in.deep; node_t.value
typedef struct same { int x; } same; //@ same; same.x
enum color { RED, GREEN = 2, BLUE }; //@ color; color.RED; color.BLUE
struct bits { unsigned int q : 3; }; //@ bits; bits.q
union either { int a; float b; }; //@ either; either.b
static int announced(int a);
static inline int *plain(int a, const char *b[], ...) { return 0; } //@ plain; plain(int, const char *[], ...)
static int announced(int a) { return a; } //@ announced
int only_prototype(void); //@ only_prototype
int (*callback)(int); //@ callback
typedef int (*handler)(int); //@ handler
int main(int argc, char **argv) { //@ main
    static int counter = 0; //@ main.counter
    return 0;
}
#ifdef HERE
int conditional; //@ conditional
#else
int other; //@ other
#endif
struct same make(struct same x) { return x; } //@ make
